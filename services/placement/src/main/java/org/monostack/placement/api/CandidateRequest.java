package org.monostack.placement.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.placement.model.CandidateSearch;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;

/** Reads the query of a request for candidates, as each microversion allows it. */
record CandidateRequest(CandidateSearch.Request search, OptionalInt limit) {
    private static final String INVALID = "Invalid query string parameters: ";
    private static final Pattern NUMBERED =
            Pattern.compile("(resources|required|member_of|in_tree)([1-9][0-9]*)?");
    private static final Pattern NAMED =
            Pattern.compile("(resources|required|member_of|in_tree)([a-zA-Z0-9_-]{1,64})?");

    static CandidateRequest read(Request request) {
        Query query = request.query();
        Set<String> suffixes = suffixes(request);
        List<Set<String>> subtrees = subtrees(request);
        Map<String, CandidateSearch.Group> groups = new LinkedHashMap<>();
        for (String suffix : suffixes) {
            groups.put(suffix, group(request, suffix));
        }
        if (Replies.atLeast(request, 36)) {
            checkSubtrees(groups, subtrees);
        } else {
            checkOrphans(groups);
        }
        checkConflicts(groups);
        boolean granular = groups.keySet().stream().filter(s -> !s.isEmpty()).count() > 1;
        Optional<String> policy = query.first("group_policy");
        if (policy.isPresent() && !Set.of("none", "isolate").contains(policy.get())) {
            throw ApiException.badRequest(
                    INVALID + "'" + policy.get() + "' is not one of ['none', 'isolate']");
        }
        if (granular && policy.isEmpty()) {
            throw ApiException.badRequest(
                    "The \"group_policy\" parameter is required when specifying more than one"
                            + " \"resources{N}\" parameter.");
        }
        QueryRules.Traits root = rootRequired(query);
        Set<String> rootRequired = new LinkedHashSet<>();
        root.required().forEach(rootRequired::addAll);
        return new CandidateRequest(
                new CandidateSearch.Request(
                        groups,
                        policy.filter("isolate"::equals).isPresent(),
                        rootRequired,
                        root.forbidden(),
                        subtrees,
                        Replies.atLeast(request, 29)),
                limit(query));
    }

    Set<String> resourceClasses() {
        Set<String> names = new LinkedHashSet<>();
        search.groups().values().forEach(group -> names.addAll(group.resources().keySet()));
        return names;
    }

    Set<String> traits() {
        Set<String> names = new LinkedHashSet<>(search.rootRequired());
        names.addAll(search.rootForbidden());
        for (CandidateSearch.Group group : search.groups().values()) {
            group.required().forEach(names::addAll);
            names.addAll(group.forbidden());
        }
        return names;
    }

    private static Set<String> suffixes(Request request) {
        Set<String> wide = new HashSet<>();
        if (Replies.atLeast(request, 16)) {
            wide.add("limit");
        }
        if (Replies.atLeast(request, 25)) {
            wide.add("group_policy");
        }
        if (Replies.atLeast(request, 35)) {
            wide.add("root_required");
        }
        if (Replies.atLeast(request, 36)) {
            wide.add("same_subtree");
        }
        Map<String, Integer> since =
                Map.of("resources", 10, "required", 17, "member_of", 21, "in_tree", 31);
        Pattern pattern = Replies.atLeast(request, 33) ? NAMED : NUMBERED;
        Set<String> suffixes = new TreeSet<>();
        for (String name : request.query().names()) {
            if (wide.contains(name)) {
                continue;
            }
            Matcher matcher = pattern.matcher(name);
            boolean known =
                    matcher.matches()
                            && Replies.atLeast(request, since.getOrDefault(matcher.group(1), 0))
                            && (matcher.group(2) == null || Replies.atLeast(request, 25));
            if (!known) {
                throw QueryRules.unexpected(name);
            }
            suffixes.add(matcher.group(2) == null ? "" : matcher.group(2));
        }
        if (!Replies.atLeast(request, 25) && !request.query().contains("resources")) {
            throw ApiException.badRequest(INVALID + "'resources' is a required property");
        }
        return suffixes;
    }

    private static CandidateSearch.Group group(Request request, String suffix) {
        QueryRules.Traits traits = QueryRules.traits(request, "required", suffix);
        QueryRules.Aggregates aggregates = QueryRules.aggregates(request, suffix);
        Optional<UUID> inTree =
                request.query()
                        .last("in_tree" + suffix)
                        .map(text ->
                                Replies.uuid(text.strip())
                                        .orElseThrow(() ->
                                                ApiException.badRequest(
                                                        INVALID
                                                                + "Expected"
                                                                + " 'in_tree'"
                                                                + " parameter to"
                                                                + " be a format"
                                                                + " of uuid. Got: "
                                                                + text)));
        return new CandidateSearch.Group(
                request.query()
                        .last("resources" + suffix)
                        .map(QueryRules::resources)
                        .orElse(Map.of()),
                traits.required(),
                traits.forbidden(),
                aggregates.required(),
                aggregates.forbidden(),
                inTree);
    }

    private static void checkOrphans(Map<String, CandidateSearch.Group> groups) {
        List<String> traits = new ArrayList<>();
        List<String> aggregates = new ArrayList<>();
        groups.forEach((suffix, group) -> {
            if (group.resources().isEmpty()) {
                if (!group.required().isEmpty()) {
                    traits.add("required" + suffix);
                }
                if (!group.memberOf().isEmpty() || !group.forbiddenAggregates().isEmpty()) {
                    aggregates.add("member_of" + suffix);
                }
            }
        });
        if (!traits.isEmpty()) {
            throw ApiException.badRequest(
                    "All traits parameters must be associated with resources.  Found the following"
                            + " orphaned traits keys: "
                            + String.join(", ", traits));
        }
        if (!aggregates.isEmpty()) {
            throw ApiException.badRequest(
                    "All member_of parameters must be associated with resources. Found the"
                            + " following orphaned member_of keys: "
                            + String.join(", ", aggregates));
        }
        if (groups.values().stream().anyMatch(group -> group.resources().isEmpty())) {
            throw ApiException.badRequest("All request groups must specify resources.");
        }
        if (groups.isEmpty()) {
            throw ApiException.badRequest(
                    "At least one request group (`resources` or `resources{$S}`) is required.");
        }
    }

    private static void checkSubtrees(
            Map<String, CandidateSearch.Group> groups, List<Set<String>> subtrees) {
        if (groups.values().stream().allMatch(group -> group.resources().isEmpty())) {
            throw ApiException.badRequest(
                            "There must be at least one resources or resources[$S] parameter.")
                    .type(PlacementErrors.MISSING_VALUE);
        }
        Set<String> named = new LinkedHashSet<>();
        subtrees.forEach(named::addAll);
        List<String> bare = new ArrayList<>();
        groups.forEach((suffix, group) -> {
            if (group.resources().isEmpty() && !named.contains(suffix)) {
                bare.add("'" + suffix + "'");
            }
        });
        if (!bare.isEmpty()) {
            throw ApiException.badRequest(
                            "Resourceless suffixed group request should be specified in"
                                    + " `same_subtree` query param: bad group(s) - "
                                    + bare
                                    + ".")
                    .type(PlacementErrors.BAD_VALUE);
        }
        named.removeAll(groups.keySet());
        if (!named.isEmpty()) {
            throw ApiException.badRequest(
                            "Real suffixes should be specified in `same_subtree`: "
                                    + named.stream().map(name -> "'" + name + "'").toList()
                                    + " not found in "
                                    + groups.keySet().stream()
                                            .map(name -> "'" + name + "'")
                                            .toList()
                                    + ".")
                    .type(PlacementErrors.BAD_VALUE);
        }
    }

    private static void checkConflicts(Map<String, CandidateSearch.Group> groups) {
        List<String> conflicts = new ArrayList<>();
        groups.forEach((suffix, group) -> {
            for (Set<String> any : group.required()) {
                if (group.forbidden().containsAll(any)) {
                    conflicts.add(
                            "required"
                                    + suffix
                                    + ": ("
                                    + String.join(", ", new TreeSet<>(any))
                                    + ")");
                }
            }
        });
        if (!conflicts.isEmpty()) {
            throw ApiException.badRequest(
                    "Conflicting required and forbidden traits found in the following traits keys: "
                            + String.join(", ", conflicts.stream().sorted().toList()));
        }
    }

    private static QueryRules.Traits rootRequired(Query query) {
        List<String> values = query.all("root_required");
        if (values.size() > 1) {
            throw ApiException.badRequest(
                            "Query parameter 'root_required' may be specified only once.")
                    .type(PlacementErrors.DUPLICATE_KEY);
        }
        List<Set<String>> required = new ArrayList<>();
        Set<String> forbidden = new LinkedHashSet<>();
        for (String value : values) {
            QueryRules.readTraits(value, true, false, required, forbidden);
        }
        Set<String> both = new LinkedHashSet<>();
        required.forEach(both::addAll);
        both.retainAll(forbidden);
        if (!both.isEmpty()) {
            throw ApiException.badRequest(
                            "Conflicting required and forbidden traits found in root_required: "
                                    + String.join(", ", both))
                    .type(PlacementErrors.BAD_VALUE);
        }
        return new QueryRules.Traits(required, forbidden);
    }

    private static List<Set<String>> subtrees(Request request) {
        List<Set<String>> subtrees = new ArrayList<>();
        for (String value : request.query().all("same_subtree")) {
            Set<String> suffixes = new LinkedHashSet<>();
            for (String item : value.split(",", -1)) {
                suffixes.add(item.strip());
            }
            if (suffixes.contains("")) {
                throw ApiException.badRequest(
                                "Empty string (unsuffixed group) can not be specified in"
                                        + " `same_subtree` ")
                        .type(PlacementErrors.BAD_VALUE);
            }
            subtrees.add(suffixes);
        }
        return subtrees;
    }

    private static OptionalInt limit(Query query) {
        Optional<String> text = query.first("limit");
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!text.get().matches("[1-9][0-9]{0,8}")) {
            throw ApiException.badRequest(
                    INVALID + "'" + text.get() + "' does not match '^[1-9][0-9]*$'");
        }
        return OptionalInt.of(Integer.parseInt(text.get()));
    }
}
