package org.monostack.platform.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.platform.http.Caller;

/** One question to a policy: who asks, about what. Used by one thread, for one check. */
record Evaluation(Policy policy, Map<String, ?> target, Caller caller) {

    boolean allows(String rule) {
        return policy.evaluate(rule, this);
    }

    /** The values of an attribute of the caller's token as texts; empty if it has none. */
    List<String> attribute(String name) {
        return switch (name) {
            case "user_id", "user", "token.user.id" -> List.of(caller.userId());
            case "user_name", "token.user.name" -> List.of(caller.userName());
            case "user_domain_id", "token.user.domain.id" -> List.of(caller.userDomainId());
            case "project_id", "tenant_id", "tenant", "project", "token.project.id" ->
                    list(caller.projectId());
            case "project_name", "tenant_name", "token.project.name" -> list(caller.projectName());
            case "project_domain_id", "token.project.domain.id" -> list(caller.projectDomainId());
            case "domain_id", "token.domain.id" -> list(caller.domainId());
            case "domain_name", "token.domain.name" -> list(caller.domainName());
            case "system_scope", "system" -> caller.systemScope() ? List.of("all") : List.of();
            case "roles" -> List.copyOf(caller.roles());
            case "is_admin" -> List.of(policy.isAdmin(this) ? "True" : "False");
            // There is no admin project: OpenStack's default then calls every project one.
            case "is_admin_project" -> List.of("True");
            default -> List.of();
        };
    }

    private static List<String> list(Optional<String> value) {
        return value.map(List::of).orElse(List.of());
    }
}
