package org.monostack.identity.api;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.ActorKind;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Role;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The names of all that a list of assignments mentions, for {@code include_names}. Stateless. */
public final class AssignmentNames {

    private final UserStore users;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final RoleStore roles;

    public AssignmentNames(
            UserStore users, GroupStore groups, ProjectStore projects, RoleStore roles) {
        this.users = users;
        this.groups = groups;
        this.projects = projects;
        this.roles = roles;
    }

    private record Entry(String name, String domainId) {}

    /** Ids with, if they were looked up, names. */
    static final class Lookup {
        static final Lookup NONE = new Lookup(Map.of(), Map.of(), Map.of(), Map.of());

        private final Map<Actor, Entry> actors;
        private final Map<String, Entry> places;
        private final Map<String, Entry> roles;
        private final Map<String, String> domains;

        private Lookup(
                Map<Actor, Entry> actors,
                Map<String, Entry> places,
                Map<String, Entry> roles,
                Map<String, String> domains) {
            this.actors = actors;
            this.places = places;
            this.roles = roles;
            this.domains = domains;
        }

        ObjectNode actor(Actor actor) {
            return node(actor.id(), actors.get(actor));
        }

        ObjectNode target(Target target) {
            Entry place = places.get(target.id());
            // A domain belongs to none, and shows only its own name.
            return target.kind() == TargetKind.DOMAIN && place != null
                    ? Json.object().put("id", target.id()).put("name", place.name())
                    : node(target.id(), place);
        }

        ObjectNode role(String id) {
            return node(id, roles.get(id));
        }

        private ObjectNode node(String id, @Nullable Entry entry) {
            ObjectNode node = Json.object().put("id", id);
            if (entry != null) {
                node.put("name", entry.name());
                if (!entry.domainId().isEmpty()) {
                    node.set(
                            "domain",
                            Json.object()
                                    .put("id", entry.domainId())
                                    .put("name", domains.getOrDefault(entry.domainId(), "")));
                }
            }
            return node;
        }
    }

    Lookup look(Transaction tx, List<RoleAssignmentsApi.Ref> refs) {
        Map<Actor, Entry> actors = new HashMap<>();
        Map<String, Entry> places = new HashMap<>();
        Map<String, Entry> named = new HashMap<>();
        Map<String, String> domains = new HashMap<>();
        for (RoleAssignmentsApi.Ref ref : refs) {
            if (!actors.containsKey(ref.actor())) {
                if (ref.actor().kind() == ActorKind.USER) {
                    users.find(tx, ref.actor().id())
                            .ifPresent(it ->
                                    actors.put(ref.actor(), new Entry(it.name(), it.domainId())));
                } else {
                    groups.find(tx, ref.actor().id())
                            .ifPresent(it ->
                                    actors.put(ref.actor(), new Entry(it.name(), it.domainId())));
                }
            }
        }
        List<String> placeIds = refs.stream().map(ref -> ref.target().id()).distinct().toList();
        for (Project place : projects.findAll(tx, placeIds)) {
            places.put(place.id(), new Entry(place.name(), place.domainId()));
        }
        List<String> roleIds =
                refs.stream().map(RoleAssignmentsApi.Ref::roleId).distinct().toList();
        for (Role role : roles.findAll(tx, roleIds)) {
            named.put(role.id(), new Entry(role.name(), role.domainId()));
        }
        List<String> domainIds =
                Stream.of(actors.values(), places.values(), named.values())
                        .flatMap(Collection::stream)
                        .map(Entry::domainId)
                        .filter(id -> !id.isEmpty())
                        .distinct()
                        .toList();
        for (Project domain : projects.findAll(tx, domainIds)) {
            domains.put(domain.id(), domain.name());
        }
        return new Lookup(actors, places, named, domains);
    }
}
