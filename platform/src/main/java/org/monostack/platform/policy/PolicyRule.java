package org.monostack.platform.policy;

/**
 * One rule as it is documented.
 *
 * @param check the check in force, as text
 * @param defaultCheck the check that holds without an operator's file; the same text when nothing
 *     overrides it, empty for a rule that only the operator's file knows
 */
public record PolicyRule(String name, String check, String defaultCheck, String description) {

    public boolean overridden() {
        return !check.equals(defaultCheck);
    }
}
