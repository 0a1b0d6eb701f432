package org.monostack.platform.policy;

/**
 * Writes a policy as the policy.yaml that an operator would start from: all rules commented out.
 */
public final class PolicySample {

    private PolicySample() {}

    public static String text(Policy policy) {
        StringBuilder text = new StringBuilder();
        for (PolicyRule rule : policy.rules()) {
            if (rule.defaultCheck().isEmpty() && rule.overridden()) {
                continue; // the operator's own, not a default
            }
            rule.description().lines().forEach(line -> text.append("# ").append(line).append("\n"));
            text.append("#\"")
                    .append(rule.name())
                    .append("\": \"")
                    .append(rule.defaultCheck().replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"')
                    .append("\n")
                    .append("\n");
        }
        return text.toString();
    }
}
