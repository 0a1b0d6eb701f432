package org.monostack.platform.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.database.Database;

/**
 * A service's table of routes, matched segment by segment on the raw path. A literal segment wins
 * over a parameter. Several routes may share method and path when their microversion windows
 * differ. A template's last segment may be {@code {name*}}, which takes the rest of the path
 * undecoded.
 */
public final class Routes {
    private final Node root = new Node();
    private final List<Route> all = new ArrayList<>();
    private boolean policyBeforeSchema;
    private Optional<KeptAnswers> kept = Optional.empty();
    private Set<String> keptFrom = Set.of();

    /**
     * From now on a body is held to its schema only when the policy has allowed the request, also
     * on routes whose handler asks the policy: who may not do a thing is not told how.
     */
    public Routes checkPolicyBeforeSchema() {
        policyBeforeSchema = true;
        return this;
    }

    /**
     * Answers of those routes that say so are kept for as long as nothing in these schemas changes,
     * which hold all that the answers are made from.
     */
    public Routes keepAnswers(Database database, String... schemas) {
        kept = Optional.of(new KeptAnswers(database, database.changes(schemas)));
        keptFrom = Set.of(schemas);
        return this;
    }

    boolean policyBeforeSchema() {
        return policyBeforeSchema;
    }

    public Route get(String template, Handler handler) {
        return add("GET", List.of(template), handler);
    }

    public Route get(List<String> templates, Handler handler) {
        return add("GET", templates, handler);
    }

    public Route head(String template, Handler handler) {
        return add("HEAD", List.of(template), handler);
    }

    public Route post(String template, Handler handler) {
        return add("POST", List.of(template), handler);
    }

    public Route post(List<String> templates, Handler handler) {
        return add("POST", templates, handler);
    }

    public Route put(String template, Handler handler) {
        return add("PUT", List.of(template), handler);
    }

    public Route put(List<String> templates, Handler handler) {
        return add("PUT", templates, handler);
    }

    public Route patch(String template, Handler handler) {
        return add("PATCH", List.of(template), handler);
    }

    public Route delete(String template, Handler handler) {
        return add("DELETE", List.of(template), handler);
    }

    public Route delete(List<String> templates, Handler handler) {
        return add("DELETE", templates, handler);
    }

    /** Adds a route for any method and one or more path templates. */
    public Route add(String method, List<String> templates, Handler handler) {
        Route route = new Route(method, templates, handler, kept, keptFrom);
        for (String template : templates) {
            insert(template, route);
        }
        all.add(route);
        return route;
    }

    /** Every route, in the order declared; for documents and fuzzers. */
    public List<Route> describe() {
        return List.copyOf(all);
    }

    private void insert(String template, Route route) {
        Node node = root;
        List<String> names = new ArrayList<>();
        for (String segment : segments(template)) {
            if (segment.startsWith("{") && segment.endsWith("*}")) {
                names.add(segment.substring(1, segment.length() - 2));
                node = node.rest();
            } else if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.parameter();
            } else {
                node = node.literals.computeIfAbsent(segment, key -> new Node());
            }
        }
        node.entries
                .computeIfAbsent(route.method(), key -> new ArrayList<>(1))
                .add(new Entry(route, List.copyOf(names)));
    }

    /** Finds what a path leads to, whatever the method. */
    Match match(String rawPath) {
        List<String> values = new ArrayList<>();
        List<String> segments = segments(rawPath);
        Node node = find(root, segments, 0, values);
        return node == null ? Match.NONE : new Match(node, List.copyOf(values));
    }

    private static @Nullable Node find(
            Node node, List<String> segments, int index, List<String> values) {
        if (index == segments.size()) {
            return node.entries.isEmpty() ? null : node;
        }
        String segment = segments.get(index);
        Node literal = node.literals.get(segment);
        if (literal != null) {
            Node found = find(literal, segments, index + 1, values);
            if (found != null) {
                return found;
            }
        }
        if (node.parameter != null && !segment.isEmpty()) {
            String decoded = decode(segment);
            values.add(decoded);
            Node found = find(node.parameter, segments, index + 1, values);
            if (found != null) {
                return found;
            }
            values.removeLast();
        }
        if (node.rest != null) {
            values.add(String.join("/", segments.subList(index, segments.size())));
            return node.rest;
        }
        return null;
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            // A trailing slash means the same resource to OpenStack's clients.
            if (end > start || slash >= 0) {
                segments.add(path.substring(start, end));
            }
            start = end + 1;
        }
        return segments;
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            // A plus sign is a plus sign in a path, unlike in a form.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The path holds a malformed escape: " + segment);
        }
    }

    /** What a path leads to: the routes by method, with the path's parameters. */
    static final class Match {
        static final Match NONE = new Match(new Node(), List.of());

        private final Node node;
        private final List<String> values;

        private Match(Node node, List<String> values) {
            this.node = node;
            this.values = values;
        }

        boolean isEmpty() {
            return node.entries.isEmpty();
        }

        Set<String> methods() {
            Set<String> methods = new TreeSet<>(node.entries.keySet());
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            return methods;
        }

        /** The routes of a method; HEAD falls back to GET. */
        List<Found> of(String method) {
            List<Entry> entries = node.entries.get(method);
            if (entries == null && method.equals("HEAD")) {
                entries = node.entries.get("GET");
            }
            if (entries == null) {
                return List.of();
            }
            return entries.stream().map(entry -> new Found(entry.route(), named(entry))).toList();
        }

        private Map<String, String> named(Entry entry) {
            if (values.isEmpty()) {
                return Map.of();
            }
            Map<String, String> named = new LinkedHashMap<>();
            for (int i = 0; i < entry.names().size(); i++) {
                named.put(entry.names().get(i), values.get(i));
            }
            return named;
        }
    }

    record Found(Route route, Map<String, String> parameters) {}

    private record Entry(Route route, List<String> names) {}

    private static final class Node {
        final Map<String, Node> literals = new HashMap<>();
        final Map<String, List<Entry>> entries = new HashMap<>();
        @Nullable Node parameter;
        @Nullable Node rest;

        Node parameter() {
            Node known = parameter;
            if (known == null) {
                known = new Node();
                parameter = known;
            }
            return known;
        }

        Node rest() {
            Node known = rest;
            if (known == null) {
                known = new Node();
                rest = known;
            }
            return known;
        }
    }
}
