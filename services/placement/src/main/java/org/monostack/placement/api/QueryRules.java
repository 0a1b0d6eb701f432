package org.monostack.placement.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.monostack.placement.store.NameStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;

/** The little languages of placement's query parameters, as each microversion knows them. */
final class QueryRules {
    private static final String INVALID = "Invalid query string parameters: ";

    private QueryRules() {}

    /**
     * What is wanted of traits.
     *
     * @param required of each set at least one
     */
    record Traits(List<Set<String>> required, Set<String> forbidden) {
        boolean match(Set<String> has) {
            return required.stream().allMatch(any -> any.stream().anyMatch(has::contains))
                    && forbidden.stream().noneMatch(has::contains);
        }

        Set<String> all() {
            Set<String> all = new LinkedHashSet<>(forbidden);
            required.forEach(all::addAll);
            return all;
        }
    }

    /**
     * What is wanted of aggregates.
     *
     * @param required of each set at least one
     */
    record Aggregates(List<Set<UUID>> required, Set<UUID> forbidden) {
        boolean match(Set<UUID> has) {
            return required.stream().allMatch(any -> any.stream().anyMatch(has::contains))
                    && forbidden.stream().noneMatch(has::contains);
        }
    }

    /** Refuses parameters that a list of providers does not have in this microversion. */
    static void providers(Request request) {
        Set<String> known = new HashSet<>(Set.of("name", "uuid"));
        if (Replies.atLeast(request, 3)) {
            known.add("member_of");
        }
        if (Replies.atLeast(request, 4)) {
            known.add("resources");
        }
        if (Replies.atLeast(request, 14)) {
            known.add("in_tree");
        }
        if (Replies.atLeast(request, 18)) {
            known.add("required");
        }
        requireKnown(request, known);
    }

    static void requireKnown(Request request, Set<String> known) {
        for (String name : request.query().names()) {
            if (!known.contains(name)) {
                throw unexpected(name);
            }
        }
    }

    static ApiException unexpected(String name) {
        return ApiException.badRequest(
                INVALID + "Additional properties are not allowed ('" + name + "' was unexpected)");
    }

    /** Reads {@code VCPU:2,MEMORY_MB:1024}. */
    static Map<String, Long> resources(String text) {
        if (text.isBlank()) {
            throw badResources("empty string");
        }
        Map<String, Long> resources = new LinkedHashMap<>();
        for (String item : text.split(",", -1)) {
            String[] parts = item.split(":", -1);
            if (parts.length != 2) {
                throw badResources(item);
            }
            long amount;
            try {
                amount = Long.parseLong(parts[1].strip());
            } catch (NumberFormatException e) {
                throw ApiException.badRequest(
                        "Requested resource "
                                + parts[0]
                                + " expected positive integer amount. Got: "
                                + parts[1]
                                + ".");
            }
            if (amount < 1) {
                throw ApiException.badRequest(
                        "Requested resource "
                                + parts[0]
                                + " requires amount >= 1. Got: "
                                + amount
                                + ".");
            }
            resources.put(parts[0], amount);
        }
        return resources;
    }

    private static ApiException badResources(String got) {
        return ApiException.badRequest(
                "Badly formed resources parameter. Expected resources query string parameter in"
                        + " form: ?resources=VCPU:2,MEMORY_MB:1024. Got: "
                        + got
                        + ".");
    }

    /** Reads {@code required} of one group, repeated from 1.39 on. */
    static Traits traits(Request request, String parameter, String suffix) {
        boolean any = Replies.atLeast(request, 39);
        List<String> values = request.query().all(parameter + suffix);
        if (!any && values.size() > 1) {
            values = List.of(values.getLast());
        }
        List<Set<String>> required = new ArrayList<>();
        Set<String> forbidden = new LinkedHashSet<>();
        for (String value : values) {
            readTraits(value, Replies.atLeast(request, 22), any, required, forbidden);
        }
        return new Traits(required, forbidden);
    }

    static void readTraits(
            String value,
            boolean allowForbidden,
            boolean allowAny,
            List<Set<String>> required,
            Set<String> forbidden) {
        if (value.startsWith("in:")) {
            if (!allowAny) {
                throw ApiException.badRequest(
                        INVALID
                                + "The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' only supported since"
                                + " microversion 1.39. Got: "
                                + value);
            }
            Set<String> names = new LinkedHashSet<>();
            for (String name : value.substring(3).split(",", -1)) {
                names.add(name.strip());
            }
            if (names.contains("")) {
                throw ApiException.badRequest(
                        INVALID
                                + "Expected 'required' parameter value of the form:"
                                + " in:HW_CPU_X86_VMX,CUSTOM_MAGIC. Got an empty trait in: "
                                + value);
            }
            if (names.stream().anyMatch(name -> name.startsWith("!"))) {
                throw ApiException.badRequest(
                        INVALID
                                + "The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' does not support"
                                + " forbidden traits. Got: "
                                + value);
            }
            required.add(names);
            return;
        }
        String form =
                allowForbidden ? "HW_CPU_X86_VMX,!CUSTOM_MAGIC" : "HW_CPU_X86_VMX,CUSTOM_MAGIC";
        for (String item : value.split(",", -1)) {
            String name = item.strip();
            boolean negative = name.startsWith("!");
            String bare = negative ? name.replaceFirst("^!+", "") : name;
            if (bare.isEmpty()) {
                throw ApiException.badRequest(
                        INVALID
                                + "Expected 'required' parameter value of the form: "
                                + form
                                + ". Got an empty trait in: "
                                + value);
            }
            if (negative && !allowForbidden) {
                throw ApiException.badRequest(
                        INVALID
                                + "Expected 'required' parameter value of the form: "
                                + form
                                + ". Got: "
                                + value);
            }
            if (negative) {
                forbidden.add(bare);
            } else {
                required.add(Set.of(bare));
            }
        }
    }

    /** Reads {@code member_of} of one group, repeated from 1.24 on. */
    static Aggregates aggregates(Request request, String suffix) {
        List<String> values = request.query().all("member_of" + suffix);
        if (values.size() > 1 && !Replies.atLeast(request, 24)) {
            throw ApiException.badRequest(
                    "Multiple member_of" + suffix + " parameters are not supported");
        }
        List<Set<UUID>> required = new ArrayList<>();
        Set<UUID> forbidden = new LinkedHashSet<>();
        for (String value : values) {
            boolean negative = value.startsWith("!");
            String positive = negative ? value.substring(1) : value;
            boolean list = positive.startsWith("in:");
            if (!list && value.contains(",")) {
                throw ApiException.badRequest(
                        "Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:'"
                                + " keyword using the valid microversion. Got: "
                                + value);
            }
            Set<UUID> ids = new LinkedHashSet<>();
            for (String text : (list ? positive.substring(3) : positive).split(",", -1)) {
                ids.add(
                        Replies.uuid(text)
                                .orElseThrow(() ->
                                        ApiException.badRequest(
                                                INVALID
                                                        + "Expected 'member_of' parameter"
                                                        + " to contain valid UUID(s)."
                                                        + " Got: "
                                                        + text)));
            }
            if (!negative) {
                required.add(ids);
            } else if (Replies.atLeast(request, 32)) {
                forbidden.addAll(ids);
            } else {
                throw ApiException.badRequest(
                        "Forbidden member_of"
                                + suffix
                                + " parameters are not supported in the specified microversion");
            }
        }
        return new Aggregates(required, forbidden);
    }

    static void requireKnownClasses(NameStore classes, Transaction tx, Collection<String> names) {
        Set<String> unknown = classes.unknown(tx, names);
        if (!unknown.isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid resource class in resources parameter: No such resource class "
                            + String.join(", ", unknown)
                            + ".");
        }
    }

    static void requireKnownTraits(NameStore traits, Transaction tx, Collection<String> names) {
        Set<String> unknown = traits.unknown(tx, names);
        if (!unknown.isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid trait(s) in \"required\" parameter: No such trait(s): "
                            + String.join(", ", unknown)
                            + ".");
        }
    }
}
