package org.monostack.identity.federation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.federation.Mapped.DomainName;
import org.monostack.identity.federation.Mapped.GroupName;
import org.monostack.identity.federation.Mapped.MappedUser;
import org.monostack.identity.federation.Mapped.ProjectRoles;
import org.monostack.identity.model.Federation.MappingRules;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Keystone's mapping language. A rule applies when all of its {@code remote} conditions hold for
 * the attributes that a provider states; each condition that selects values numbers them, and
 * {@code {0}}, {@code {1}}... in {@code local} stand for them. All rules that apply count together.
 * Immutable.
 */
public final class Mapping {

    /** From this version on, a domain beside user, groups and projects is the default of all. */
    private static final String DOMAIN_FOR_ALL = "2.0";

    private static final String BETWEEN_VALUES = ";";

    private final JsonNode rules;
    private final boolean domainForAll;

    /** What a provider states leads to nobody. */
    public static final class NotMapped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotMapped(String message) {
            super(message);
        }
    }

    private Mapping(JsonNode rules, boolean domainForAll) {
        this.rules = rules;
        this.domainForAll = domainForAll;
    }

    static Mapping of(MappingRules mapping) {
        return new Mapping(
                Json.read(mapping.rules()), mapping.schemaVersion().equals(DOMAIN_FOR_ALL));
    }

    /** What is wrong with rules that hold to the schema, if something is. */
    public static Optional<String> fault(JsonNode rules) {
        for (JsonNode rule : rules) {
            for (JsonNode condition : rule.path("remote")) {
                if (!condition.path("regex").asBoolean(false)) {
                    continue;
                }
                for (Test test : Test.values()) {
                    for (JsonNode text : condition.path(test.key)) {
                        try {
                            pattern(text.asString());
                        } catch (PatternSyntaxException e) {
                            return Optional.of(text.asString() + " is no regular expression");
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What a condition does with the values that are among those it lists. */
    private enum Test {
        ANY_ONE_OF("any_one_of"),
        NOT_ANY_OF("not_any_of"),
        WHITELIST("whitelist"),
        BLACKLIST("blacklist");

        private final String key;

        Test(String key) {
            this.key = key;
        }
    }

    /**
     * @param stated the provider's attributes; semicolons stand between several values of one
     * @throws NotMapped if no rule applies, or the rules make no sense of the attributes
     */
    Mapped apply(Map<String, String> stated) {
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        stated.forEach((name, value) ->
                attributes.put(name, Arrays.asList(value.split(BETWEEN_VALUES, -1))));
        List<ObjectNode> locals = new ArrayList<>();
        for (JsonNode rule : rules) {
            Optional<List<List<String>>> values = values(rule.path("remote"), attributes);
            if (values.isPresent()) {
                for (JsonNode local : rule.path("local")) {
                    locals.add((ObjectNode) filled(local, values.get()));
                }
            }
        }
        if (locals.isEmpty()) {
            throw new NotMapped(
                    "Could not map any federated user properties to identity values: no rule of the"
                            + " mapping applies.");
        }
        return mapped(locals);
    }

    /** The values that the conditions select; empty if one of the conditions does not hold. */
    private static Optional<List<List<String>>> values(
            JsonNode conditions, Map<String, List<String>> attributes) {
        List<List<String>> selected = new ArrayList<>();
        for (JsonNode condition : conditions) {
            @Nullable List<String> values = attributes.get(condition.path("type").asString());
            if (values == null) {
                return Optional.empty();
            }
            if (condition.has(Test.ANY_ONE_OF.key)) {
                if (values.stream().noneMatch(listed(condition, Test.ANY_ONE_OF))) {
                    return Optional.empty();
                }
            } else if (condition.has(Test.NOT_ANY_OF.key)) {
                if (values.stream().anyMatch(listed(condition, Test.NOT_ANY_OF))) {
                    return Optional.empty();
                }
            } else if (condition.has(Test.BLACKLIST.key)) {
                selected.add(distinct(values, listed(condition, Test.BLACKLIST).negate()));
            } else if (condition.has(Test.WHITELIST.key)) {
                selected.add(distinct(values, listed(condition, Test.WHITELIST)));
            } else {
                selected.add(values);
            }
        }
        return Optional.of(selected);
    }

    private static List<String> distinct(List<String> values, Predicate<String> which) {
        return values.stream().filter(which).distinct().toList();
    }

    private static Predicate<String> listed(JsonNode condition, Test test) {
        List<String> texts = new ArrayList<>();
        condition.path(test.key).forEach(node -> texts.add(node.asString("")));
        if (!condition.path("regex").asBoolean(false)) {
            return texts::contains;
        }
        List<Pattern> patterns = texts.stream().map(Mapping::pattern).toList();
        return value -> patterns.stream().anyMatch(pattern -> pattern.matcher(value).find());
    }

    /** Python writes named groups with a P. */
    private static Pattern pattern(String regex) {
        return Pattern.compile(
                regex.replace("(?P<", "(?<").replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>"));
    }

    private static JsonNode filled(JsonNode local, List<List<String>> values) {
        if (local instanceof ObjectNode object) {
            ObjectNode filled = Json.object();
            object.properties()
                    .forEach(field -> filled.set(field.getKey(), filled(field.getValue(), values)));
            return filled;
        }
        if (local instanceof ArrayNode array) {
            ArrayNode filled = Json.array();
            array.forEach(node -> filled.add(filled(node, values)));
            return filled;
        }
        if (!local.isString()) {
            return local;
        }
        try {
            return StringNode.valueOf(PythonText.format(local.asString(), values));
        } catch (PythonText.BadTemplate e) {
            throw new NotMapped(
                    "Local section in the mapping refers to a remote match: " + e.getMessage());
        }
    }

    private Mapped mapped(List<ObjectNode> locals) {
        Optional<ObjectNode> user = Optional.empty();
        Optional<DomainName> userDomain = Optional.empty();
        Set<String> groupIds = new LinkedHashSet<>();
        Set<GroupName> groups = new LinkedHashSet<>();
        List<ProjectRoles> projects = List.of();
        for (ObjectNode local : locals) {
            Optional<DomainName> domain = domain(local.path("domain"));
            // The first rule that names the user has it.
            if (user.isEmpty() && local.get("user") instanceof ObjectNode named) {
                user = Optional.of(named);
                userDomain = domain;
            }
            text(local.path("group"), "id").ifPresent(groupIds::add);
            text(local.path("group"), "name")
                    .ifPresent(name ->
                            groups.add(
                                    new GroupName(
                                            name,
                                            required(domain(local.path("group").path("domain"))))));
            text(local, "groups")
                    .ifPresent(text ->
                            PythonText.texts(text)
                                    .forEach(name -> groups.add(group(name, domain))));
            text(local, "group_ids").map(PythonText::texts).ifPresent(groupIds::addAll);
            if (local.has("projects")) {
                projects =
                        projects(local.path("projects"), domainForAll ? domain : Optional.empty());
            }
        }
        Optional<DomainName> last = domain(locals.getLast().path("domain"));
        return new Mapped(
                user(
                        user.orElseGet(Json::object),
                        domainForAll ? userDomain.or(() -> last) : Optional.empty()),
                groupIds,
                List.copyOf(groups),
                projects);
    }

    private static MappedUser user(ObjectNode node, Optional<DomainName> otherwise) {
        String type = text(node, "type").orElse("ephemeral");
        if (!type.equals("ephemeral") && !type.equals("local")) {
            throw new NotMapped("User type " + type + " not supported");
        }
        return new MappedUser(
                text(node, "id"),
                text(node, "name"),
                text(node, "email"),
                domain(node.path("domain")).or(() -> otherwise),
                type.equals("local"));
    }

    /** A provider may state whole groups, each as JSON with its domain. */
    private static GroupName group(String text, Optional<DomainName> domain) {
        if (!text.startsWith("JSON:")) {
            return new GroupName(text, required(domain));
        }
        try {
            JsonNode node = Json.read(text.substring("JSON:".length()));
            return new GroupName(
                    text(node, "name").orElseThrow(() -> new NotMapped("A group has no name.")),
                    required(domain(node.path("domain")).or(() -> domain)));
        } catch (Json.MalformedJson e) {
            throw new NotMapped("A group is not in JSON: " + e.getMessage());
        }
    }

    private static DomainName required(Optional<DomainName> domain) {
        return domain.orElseThrow(() ->
                new NotMapped(
                        "Invalid rule: both 'groups' and 'domain' keywords must be specified."));
    }

    private static List<ProjectRoles> projects(JsonNode nodes, Optional<DomainName> otherwise) {
        List<ProjectRoles> projects = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<String> roles = new ArrayList<>();
            node.path("roles").forEach(role -> text(role, "name").ifPresent(roles::add));
            projects.add(
                    new ProjectRoles(
                            text(node, "name")
                                    .orElseThrow(() -> new NotMapped("A project has no name.")),
                            domain(node.path("domain")).or(() -> otherwise),
                            roles));
        }
        return projects;
    }

    private static Optional<DomainName> domain(JsonNode node) {
        Optional<String> id = text(node, "id");
        Optional<String> name = text(node, "name");
        return id.isPresent() || name.isPresent()
                ? Optional.of(new DomainName(id, name))
                : Optional.empty();
    }

    private static Optional<String> text(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .filter(text -> !text.isEmpty());
    }
}
