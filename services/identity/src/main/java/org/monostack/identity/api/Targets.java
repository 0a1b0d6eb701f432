package org.monostack.identity.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.User;

/** What policy rules may know about the thing a request is about. One per request. */
final class Targets {

    private final Map<String, Object> attributes = new HashMap<>();

    static Targets none() {
        return new Targets();
    }

    static Targets of(Optional<User> user) {
        return new Targets().user(user);
    }

    Targets put(String name, String value) {
        attributes.put(name, value);
        return this;
    }

    /** The id in a request's path, which rules about owners compare. */
    Targets userId(String id) {
        return put("user_id", id).put("target.user.id", id);
    }

    Targets user(Optional<User> user) {
        user.ifPresent(it ->
                put("target.user.id", it.id())
                        .put("target.user.domain_id", it.domainId())
                        .put("target.user.name", it.name()));
        return this;
    }

    Targets group(Optional<Group> group) {
        group.ifPresent(
                it -> put("target.group.id", it.id()).put("target.group.domain_id", it.domainId()));
        return this;
    }

    Targets project(Optional<Project> project) {
        project.ifPresent(it -> {
            put("target.project.id", it.id());
            attributes.put("target.project.domain_id", optional(it.domainId()));
        });
        return this;
    }

    Targets domain(Optional<Project> domain) {
        domain.ifPresent(it -> put("target.domain.id", it.id()));
        return this;
    }

    Targets role(Optional<Role> role) {
        role.ifPresent(it -> {
            put("target.role.id", it.id());
            put("target.role.name", it.name());
            attributes.put("target.role.domain_id", optional(it.domainId()));
        });
        return this;
    }

    private static Optional<String> optional(String domainId) {
        return Optional.of(domainId).filter(id -> !id.isEmpty());
    }

    Map<String, ?> map() {
        return attributes;
    }
}
