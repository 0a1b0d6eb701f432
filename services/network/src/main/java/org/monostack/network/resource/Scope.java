package org.monostack.network.resource;

import java.util.Map;
import org.monostack.platform.http.Caller;
import org.monostack.platform.policy.Policy;

/**
 * Who asks, with what they may.
 *
 * @param admin whether the caller sees and acts on every project's resources
 */
public record Scope(Caller caller, Policy policy, boolean admin) {

    public static Scope of(Caller caller, Policy policy) {
        return new Scope(caller, policy, policy.check("context_is_admin", Map.of(), caller));
    }

    /** The caller's project; empty text for a token without one. */
    public String project() {
        return caller.projectId().orElse("");
    }

    public boolean allows(String rule, Map<String, ?> target) {
        return policy.check(rule, target, caller);
    }

    /** Throws 403 unless the rule allows it. */
    public void authorize(String rule, Map<String, ?> target) {
        if (!allows(rule, target)) {
            throw NetworkErrors.policy(rule);
        }
    }
}
