package org.monostack.platform.policy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** One parsed check of the policy language. Immutable; evaluated by any thread. */
sealed interface Check {

    boolean allows(Evaluation evaluation);

    /** The rules that this check refers to, directly. */
    default List<String> references() {
        return List.of();
    }

    /** {@code @} (true) and {@code !} (false); the empty check allows everybody as well. */
    record Constant(boolean value) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            return value;
        }
    }

    record Not(Check check) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            return !check.allows(evaluation);
        }

        @Override
        public List<String> references() {
            return check.references();
        }
    }

    record All(List<Check> checks) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            for (Check check : checks) {
                if (!check.allows(evaluation)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public List<String> references() {
            return checks.stream().flatMap(check -> check.references().stream()).toList();
        }
    }

    record Any(List<Check> checks) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            for (Check check : checks) {
                if (check.allows(evaluation)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public List<String> references() {
            return checks.stream().flatMap(check -> check.references().stream()).toList();
        }
    }

    /** {@code rule:name}; a name that nobody defines allows nobody. */
    record Reference(String rule) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            return evaluation.allows(rule);
        }

        @Override
        public List<String> references() {
            return List.of(rule);
        }
    }

    /** {@code role:name}, whatever the case of its letters. */
    record Role(Template name) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            Optional<String> wanted = name.fill(evaluation.target());
            if (wanted.isEmpty()) {
                return false;
            }
            if (evaluation.caller().roles().contains(wanted.get())) {
                return true;
            }
            String lower = wanted.get().toLowerCase(Locale.ROOT);
            return evaluation.caller().roles().stream()
                    .anyMatch(role -> role.toLowerCase(Locale.ROOT).equals(lower));
        }
    }

    /** {@code 'literal':%(attribute)s}, {@code True:%(attribute)s}, {@code None:%(attribute)s}. */
    record Literal(String value, Template match) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            return match.fill(evaluation.target()).filter(value::equals).isPresent();
        }
    }

    /**
     * Neutron's {@code field:networks:shared=True}: an attribute of the target against a value; the
     * kind of resource is for the reader. {@code field:port:device_owner=~^network:} looks for a
     * pattern at the attribute's beginning instead.
     */
    record Field(String attribute, String value, Optional<Pattern> pattern) implements Check {

        static Field parse(String match) {
            int colon = match.indexOf(':');
            int equals = match.indexOf('=', colon + 1);
            if (colon < 0 || equals < 0) {
                throw new PolicyException("has no RESOURCE:ATTRIBUTE=VALUE after field: " + match);
            }
            String value = match.substring(equals + 1);
            try {
                return new Field(
                        match.substring(colon + 1, equals),
                        value,
                        value.startsWith("~")
                                ? Optional.of(Pattern.compile(value.substring(1)))
                                : Optional.empty());
            } catch (PatternSyntaxException e) {
                throw new PolicyException("has a pattern that does not parse: " + e.getMessage());
            }
        }

        @Override
        public boolean allows(Evaluation evaluation) {
            return Template.attribute(attribute)
                    .fill(evaluation.target())
                    .filter(found ->
                            pattern.map(regex -> regex.matcher(found).lookingAt())
                                    .orElseGet(() -> value.equalsIgnoreCase(found)))
                    .isPresent();
        }
    }

    /**
     * {@code user_id:%(target.user_id)s}: an attribute of the caller's token against a text.
     *
     * <p>An attribute that the token does not have matches only a literal {@code None}. In
     * OpenStack it would also match a target's null (both print as "None"), so that a token without
     * a project would own whatever has no project; that is never what a rule means.
     */
    record Attribute(String name, Template match) implements Check {
        @Override
        public boolean allows(Evaluation evaluation) {
            List<String> values = evaluation.attribute(name);
            if (values.isEmpty()) {
                return match.isLiteral(Template.NONE);
            }
            return match.fill(evaluation.target()).filter(values::contains).isPresent();
        }
    }
}
