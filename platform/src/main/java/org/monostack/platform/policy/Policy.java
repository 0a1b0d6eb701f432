package org.monostack.platform.policy;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.platform.http.Caller;

/**
 * A service's rules: its defaults with an operator's overrides. Answers whether a caller may do
 * something to a target.
 *
 * <p>Immutable: everything is parsed, and references are checked for cycles, when it is built. Safe
 * for all threads; a check allocates next to nothing.
 */
public final class Policy {
    private static final Pattern REFERENCE = Pattern.compile("rule:([^\\s()]+)");

    /** The rule that decides when a name is not defined, if there is such a rule. */
    private static final String FALLBACK = "default";

    private final Map<String, PolicyRule> rules;
    private final Map<String, Check> checks;

    private Policy(Map<String, PolicyRule> rules, Map<String, Check> checks) {
        this.rules = Collections.unmodifiableMap(rules);
        this.checks = Map.copyOf(checks);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Whether the rule allows the caller to act on the target. The target's attributes are given by
     * their names in rules: {@code "project_id"}, or {@code "target.user.domain_id"} either as one
     * key or as nested maps. A rule that is not defined allows nobody.
     */
    public boolean check(String rule, Map<String, ?> target, Caller caller) {
        return evaluate(rule, new Evaluation(this, target, caller));
    }

    /** A rule with its check, and the checks of the rules that it refers to directly. */
    public String describe(String rule) {
        PolicyRule known = rules.get(rule);
        if (known == null) {
            return rule + ", which is not defined";
        }
        StringBuilder text = new StringBuilder(rule).append(": ").append(known.check());
        Matcher references = REFERENCE.matcher(known.check());
        while (references.find()) {
            PolicyRule other = rules.get(references.group(1));
            if (other != null) {
                text.append("; ").append(other.name()).append(": ").append(other.check());
            }
        }
        return text.toString();
    }

    public boolean defines(String rule) {
        return checks.containsKey(rule);
    }

    /** All rules in the order of their definition. */
    public Collection<PolicyRule> rules() {
        return rules.values();
    }

    /**
     * This policy with an operator's checks in the place of its own; a check is a text, or a list
     * of lists (the old form). Rules that it does not know yet are added, so that others may refer
     * to them.
     *
     * @throws PolicyException naming the rule that cannot be parsed or that refers to itself
     */
    public Policy with(Map<String, ?> overrides) {
        Map<String, PolicyRule> newRules = new LinkedHashMap<>(rules);
        Map<String, Check> newChecks = new LinkedHashMap<>(checks);
        overrides.forEach((name, source) -> {
            newChecks.put(name, parse(name, source));
            PolicyRule known = rules.get(name);
            newRules.put(
                    name,
                    new PolicyRule(
                            name,
                            String.valueOf(source),
                            known == null ? "" : known.defaultCheck(),
                            known == null ? "" : known.description()));
        });
        requireNoCycles(newChecks);
        return new Policy(newRules, newChecks);
    }

    boolean evaluate(String rule, Evaluation evaluation) {
        Check check = checks.get(rule);
        if (check == null) {
            check = checks.get(FALLBACK);
        }
        return check != null && check.allows(evaluation);
    }

    /** What {@code is_admin:True} means here: the service's own idea of an administrator. */
    boolean isAdmin(Evaluation evaluation) {
        for (String rule : new String[] {"context_is_admin", "admin_required"}) {
            Check check = checks.get(rule);
            if (check != null && !mentionsIsAdmin(check)) {
                return check.allows(evaluation);
            }
        }
        return evaluation.caller().roles().contains("admin");
    }

    /** {@code admin_required: role:admin or is_admin:1} would ask itself for ever. */
    private static boolean mentionsIsAdmin(Check check) {
        return switch (check) {
            case Check.Attribute attribute -> attribute.name().equals("is_admin");
            case Check.Not not -> mentionsIsAdmin(not.check());
            case Check.All all -> all.checks().stream().anyMatch(Policy::mentionsIsAdmin);
            case Check.Any any -> any.checks().stream().anyMatch(Policy::mentionsIsAdmin);
            case Check.Reference reference -> true;
            case Check.Constant c -> false;
            case Check.Role r -> false;
            case Check.Literal l -> false;
            case Check.Field f -> false;
        };
    }

    private static Check parse(String name, Object source) {
        try {
            return CheckParser.parse(source);
        } catch (PolicyException e) {
            throw new PolicyException("policy rule '" + name + "' " + e.getMessage());
        }
    }

    private static void requireNoCycles(Map<String, Check> checks) {
        Set<String> proven = new LinkedHashSet<>();
        for (String name : checks.keySet()) {
            walk(name, checks, proven, new LinkedHashSet<>());
        }
    }

    private static void walk(
            String name, Map<String, Check> checks, Set<String> proven, Set<String> path) {
        Check check = checks.get(name);
        if (check == null || proven.contains(name)) {
            return;
        }
        if (!path.add(name)) {
            throw new PolicyException(
                    "policy rule '" + name + "' refers to itself: " + String.join(" -> ", path));
        }
        for (String reference : check.references()) {
            walk(reference, checks, proven, path);
        }
        path.remove(name);
        proven.add(name);
    }

    /** Collects a service's default rules. Not thread-safe. */
    public static final class Builder {
        private final Map<String, PolicyRule> rules = new LinkedHashMap<>();
        private final Map<String, Check> checks = new LinkedHashMap<>();

        /** A building block for other rules, which operators rarely touch. */
        public Builder rule(String name, String check) {
            return rule(name, check, "");
        }

        public Builder rule(String name, String check, String description) {
            if (rules.put(name, new PolicyRule(name, check, check, description)) != null) {
                throw new PolicyException("policy rule '" + name + "' is defined twice");
            }
            checks.put(name, parse(name, check));
            return this;
        }

        /**
         * @throws PolicyException if a rule refers to itself, or to one that is not defined (a slip
         *     of ours that would close a door silently)
         */
        public Policy build() {
            checks.forEach((name, check) -> {
                for (String reference : check.references()) {
                    if (!checks.containsKey(reference)) {
                        throw new PolicyException(
                                "policy rule '"
                                        + name
                                        + "' refers to '"
                                        + reference
                                        + "', which is not defined");
                    }
                }
            });
            requireNoCycles(checks);
            return new Policy(new LinkedHashMap<>(rules), checks);
        }
    }
}
