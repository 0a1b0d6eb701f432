package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Subject;
import org.monostack.identity.store.RoleStore;
import org.monostack.platform.database.Transaction;
import tools.jackson.databind.JsonNode;

/** Roles that somebody passes on. */
final class Delegable {
    private Delegable() {}

    /** The roles that a request names by id or name. */
    static List<Role> roles(Transaction tx, RoleStore store, JsonNode references) {
        List<Role> found = new ArrayList<>();
        for (JsonNode reference : references) {
            String id = reference.path("id").asString("");
            String name = reference.path("name").asString("");
            Optional<Role> role = id.isEmpty() ? store.findNamed(tx, "", name) : store.find(tx, id);
            found.add(role.orElseThrow(() -> Views.notFound("role", id.isEmpty() ? name : id)));
        }
        return found;
    }

    static void requireHeld(List<Role> wanted, Subject subject) {
        Set<String> held = new HashSet<>(subject.roles().stream().map(Named::id).toList());
        for (Role role : wanted) {
            if (!held.contains(role.id())) {
                throw Views.notFound("role", role.id());
            }
        }
    }
}
