package org.monostack.identity.auth;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.monostack.identity.model.AccessRule;
import org.monostack.platform.http.RequestLine;

/**
 * Which requests an application credential's rules allow. In a rule's path {@code *} and a name in
 * braces stand for one segment, {@code **} for any number of them. Stateless.
 */
final class AccessRules {

    /** Types of the catalog by the short names of services, where they differ. */
    private static final Map<String, List<String>> TYPES =
            Map.of(
                    "volume",
                    List.of("block-storage", "volumev3", "volumev2", "block-store"),
                    "objectstore",
                    List.of("object-store"));

    private static final Pattern PLACE = Pattern.compile("\\*\\*|\\*|\\{[^/{}]*\\}");

    private AccessRules() {}

    /** Whether one of the rules allows the request; without rules all is allowed. */
    static boolean allow(List<AccessRule> rules, RequestLine line) {
        return rules.isEmpty() || rules.stream().anyMatch(rule -> allows(rule, line));
    }

    private static boolean allows(AccessRule rule, RequestLine line) {
        return rule.method().equals(line.method())
                && (rule.service().equals(line.service())
                        || TYPES.getOrDefault(line.service(), List.of()).contains(rule.service()))
                && pattern(rule.path()).matcher(line.path()).matches();
    }

    private static Pattern pattern(String path) {
        StringBuilder expression = new StringBuilder();
        var matcher = PLACE.matcher(path);
        int end = 0;
        while (matcher.find()) {
            expression.append(Pattern.quote(path.substring(end, matcher.start())));
            expression.append(matcher.group().equals("**") ? ".*" : "[^/]+");
            end = matcher.end();
        }
        return Pattern.compile(expression + Pattern.quote(path.substring(end)));
    }
}
