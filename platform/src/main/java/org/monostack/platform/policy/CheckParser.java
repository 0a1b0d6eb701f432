package org.monostack.platform.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses the policy language: {@code and}, {@code or}, {@code not}, parentheses, {@code @}, {@code
 * !}, {@code kind:match}; {@code not} binds tightest, then {@code and}. Also its old form, a list
 * (any of) of lists (all of) of checks.
 *
 * <p>One instance parses one text.
 */
final class CheckParser {

    private final String text;
    private final List<String> tokens;
    private int next;

    private CheckParser(String text) {
        this.text = text;
        this.tokens = tokens(text);
    }

    /** A check as a policy file gives it: a text, or the list form. */
    static Check parse(Object source) {
        return switch (source) {
            case String text -> parseText(text);
            case List<?> alternatives -> parseList(alternatives);
            default -> throw new PolicyException("is neither a text nor a list: " + source);
        };
    }

    private static Check parseText(String text) {
        CheckParser parser = new CheckParser(text);
        if (parser.tokens.isEmpty()) {
            return new Check.Constant(true);
        }
        Check check = parser.any();
        if (parser.next < parser.tokens.size()) {
            throw parser.unexpected();
        }
        return check;
    }

    private static Check parseList(List<?> alternatives) {
        List<Check> any = new ArrayList<>();
        for (Object alternative : alternatives) {
            List<?> names = alternative instanceof List<?> list ? list : List.of(alternative);
            if (names.isEmpty()) {
                continue;
            }
            List<Check> all = new ArrayList<>();
            for (Object name : names) {
                if (!(name instanceof String text)) {
                    throw new PolicyException("has a list with something else than texts: " + name);
                }
                all.add(single(text.strip(), text));
            }
            any.add(all.size() == 1 ? all.get(0) : new Check.All(List.copyOf(all)));
        }
        if (alternatives.isEmpty()) {
            return new Check.Constant(true);
        }
        return any.size() == 1 ? any.get(0) : new Check.Any(List.copyOf(any));
    }

    private Check any() {
        List<Check> checks = new ArrayList<>(List.of(all()));
        while (accept("or")) {
            checks.add(all());
        }
        return checks.size() == 1 ? checks.get(0) : new Check.Any(List.copyOf(checks));
    }

    private Check all() {
        List<Check> checks = new ArrayList<>(List.of(negated()));
        while (accept("and")) {
            checks.add(negated());
        }
        return checks.size() == 1 ? checks.get(0) : new Check.All(List.copyOf(checks));
    }

    private Check negated() {
        if (accept("not")) {
            return new Check.Not(negated());
        }
        if (accept("(")) {
            Check inner = any();
            if (!accept(")")) {
                throw unexpected();
            }
            return inner;
        }
        if (next >= tokens.size() || isKeyword(tokens.get(next)) || tokens.get(next).equals(")")) {
            throw unexpected();
        }
        return single(tokens.get(next++), text);
    }

    private static boolean isKeyword(String token) {
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "and", "or", "not" -> true;
            default -> false;
        };
    }

    private boolean accept(String token) {
        if (next < tokens.size() && tokens.get(next).toLowerCase(Locale.ROOT).equals(token)) {
            next++;
            return true;
        }
        return false;
    }

    private PolicyException unexpected() {
        String found = next < tokens.size() ? "'" + tokens.get(next) + "'" : "the end";
        return new PolicyException("has " + found + " where it is not expected: " + text);
    }

    private static Check single(String token, String text) {
        if (token.equals("@")) {
            return new Check.Constant(true);
        }
        if (token.equals("!")) {
            return new Check.Constant(false);
        }
        int colon = token.indexOf(':');
        if (colon < 0) {
            throw new PolicyException("has '" + token + "', which is not a check: " + text);
        }
        String kind = token.substring(0, colon);
        String match = token.substring(colon + 1);
        return switch (kind) {
            case "rule" -> new Check.Reference(match);
            case "role" -> new Check.Role(Template.parse(match));
            case "field" -> Check.Field.parse(match);
            case "http", "https" ->
                    throw new PolicyException(
                            "asks a remote server, which is not supported: " + text);
            default ->
                    literal(kind)
                            .<Check>map(value -> new Check.Literal(value, Template.parse(match)))
                            .orElseGet(() -> new Check.Attribute(kind, Template.parse(match)));
        };
    }

    /** A quoted text, a number, True, False or None on the left side of the colon. */
    private static Optional<String> literal(String kind) {
        if (kind.length() >= 2
                && (kind.startsWith("'") && kind.endsWith("'")
                        || kind.startsWith("\"") && kind.endsWith("\""))) {
            return Optional.of(kind.substring(1, kind.length() - 1));
        }
        if (kind.equals("True") || kind.equals("False") || kind.equals(Template.NONE)) {
            return Optional.of(kind);
        }
        return kind.matches("-?[0-9]+(\\.[0-9]+)?") ? Optional.of(kind) : Optional.empty();
    }

    /** Words between blanks, less the parentheses around them; those of {@code %(x)s} stay. */
    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        for (String word : text.strip().split("\\s+")) {
            int from = 0;
            while (from < word.length() && word.charAt(from) == '(') {
                tokens.add("(");
                from++;
            }
            int to = word.length();
            while (to > from && word.charAt(to - 1) == ')') {
                to--;
            }
            if (to > from) {
                tokens.add(word.substring(from, to));
            }
            for (int i = to; i < word.length(); i++) {
                tokens.add(")");
            }
        }
        return tokens;
    }
}
