package org.monostack.network.resource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.UpdatableRecord;
import org.jooq.impl.DSL;
import org.monostack.network.store.Quotas;
import org.monostack.network.store.Rows;
import org.monostack.network.store.Tags;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * The five calls that every Neutron resource has, each in one transaction, driven by the resource's
 * description. Stateless; thread-safe.
 */
final class Collection<R extends UpdatableRecord<R>> {
    /**
     * So many rows are shown at a time, so that a long list needs little memory beside its text,
     * and its queries always have the same form.
     */
    private static final int CHUNK = 512;

    private static final Pattern IF_MATCH = Pattern.compile("\"?revision_number=(\\d+)\"?");

    private final Resource<R> resource;
    private final ResourceType<R> type;
    private final Transactions database;
    private final Policy policy;
    private final Quotas quotas;
    private final List<Shown> attributes;

    Collection(Resource<R> resource, Transactions database, Policy policy, Quotas quotas) {
        this.resource = resource;
        this.type = resource.type();
        this.database = database;
        this.policy = policy;
        this.quotas = quotas;
        this.attributes = shown(type, policy);
    }

    /** Adds list, show, create, update and delete. */
    Collection<R> register(Routes routes) {
        readable(routes);
        String path = "/v2.0/" + type.path();
        routes.post(path, this::create).policyInHandler("create_" + type.singular()).answers(201);
        routes.put(path + "/{id}", this::update).policyInHandler("update_" + type.singular());
        routes.delete(path + "/{id}", this::delete)
                .policyInHandler("delete_" + type.singular())
                .answers(204);
        return this;
    }

    /** Adds list and show alone. */
    Collection<R> readable(Routes routes) {
        String path = "/v2.0/" + type.path();
        routes.get(path, this::list).policyInHandler("get_" + type.singular()).kept();
        routes.get(path + "/{id}", this::show).policyInHandler("get_" + type.singular());
        return this;
    }

    private Response list(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        Listing<R> listing = new Listing<>(type, request.query());
        Set<String> fields = fields(request);
        prepare(scope);
        Page page =
                database.reading(tx -> page(tx, scope, listing.rows(tx, visible(scope)), fields));
        ObjectNode body = Json.object();
        ArrayNode shown = body.putArray(type.plural());
        page.items().forEach(item -> shown.addRawValue(new RawValue(item)));
        listing.link(request, body, page.ids());
        return Response.json(200, body);
    }

    private void prepare(Scope scope) {
        if (resource.makesDefaults()) {
            database.run(tx -> resource.makeDefaults(tx, scope));
        }
    }

    /** What the caller gets of the rows, each as JSON, and the ids. */
    private Page page(Transaction tx, Scope scope, List<R> rows, Set<String> fields) {
        Page page = new Page(new ArrayList<>(rows.size()), new ArrayList<>(rows.size()));
        for (int from = 0; from < rows.size(); from += CHUNK) {
            List<R> some = rows.subList(from, Math.min(from + CHUNK, rows.size()));
            for (ObjectNode view : views(tx, scope, some)) {
                Map<String, Object> target = Targets.of(view);
                if (scope.allows("get_" + type.singular(), target)) {
                    page.items().add(Json.write(project(scope, view, target, fields)));
                    page.ids().add(view.path("id").stringValue());
                }
            }
        }
        return page;
    }

    private record Page(List<String> items, List<String> ids) {}

    private Response show(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        prepare(scope);
        ObjectNode view = database.reading(tx -> view(tx, scope, find(tx, scope, id, false)));
        return Response.json(200, wrap(scope, requireVisible(scope, view, id), fields(request)));
    }

    private Response create(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        JsonNode body = request.json();
        boolean bulk = !body.path(type.singular()).isObject();
        List<JsonNode> items = type.unwrap(body, true);
        List<Values> checked = new ArrayList<>();
        for (JsonNode item : items) {
            Values values = type.forCreate(item);
            values.set("project_id", projectFor(scope, item));
            checked.add(values);
        }
        List<ObjectNode> views =
                database.inTransaction(tx -> {
                    List<R> rows = new ArrayList<>();
                    // The body may run again after a deadlock, so it works on copies.
                    List<Values> copies = checked.stream().map(Values::copy).toList();
                    copies.forEach(values -> authorizeCreate(tx, scope, values));
                    Map<String, Integer> perProject = new LinkedHashMap<>();
                    copies.forEach(
                            values -> perProject.merge(values.text("project_id"), 1, Integer::sum));
                    perProject.forEach((project, count) -> charge(tx, project, count));
                    for (Values values : copies) {
                        rows.add(insert(tx, scope, values));
                    }
                    return views(tx, scope, rows);
                });
        if (!bulk) {
            return Response.json(201, wrap(scope, views.getFirst(), Set.of()));
        }
        ObjectNode answer = Json.object();
        ArrayNode many = answer.putArray(type.plural());
        views.forEach(view -> many.add(project(scope, view, Targets.of(view), Set.of())));
        return Response.json(201, answer);
    }

    /** Creates one resource for the program itself or for a wrapping call; no policy, no quota. */
    R insert(Transaction tx, Scope scope, Values values) {
        R row = tx.sql().newRecord(type.table());
        type.apply(row, values);
        Rows.begin(row, UUID.randomUUID().toString());
        resource.create(tx, scope, row, values);
        return row;
    }

    /** Takes from the project's quota, if this kind of resource has one. */
    void charge(Transaction tx, String project, int count) {
        quotas.charge(tx, project, type.singular(), count);
    }

    private Response update(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        JsonNode item = type.unwrap(request.json(), false).getFirst();
        Values changes = type.forUpdate(item);
        ObjectNode view =
                database.inTransaction(tx -> {
                    R row = find(tx, scope, id, true);
                    authorizeUpdate(tx, scope, row, changes, id);
                    ifMatch(request, row);
                    change(tx, scope, row, changes.copy());
                    return view(tx, scope, row);
                });
        return Response.json(200, wrap(scope, view, Set.of()));
    }

    /** Applies changes to a locked row. */
    void change(Transaction tx, Scope scope, R row, Values changes) {
        R before = tx.sql().newRecord(type.table());
        before.from(row);
        type.apply(row, changes);
        Rows.touch(row);
        resource.update(tx, scope, row, before, changes);
    }

    private Response delete(Request request) {
        Scope scope = Scope.of(request.caller(), policy);
        String id = request.pathParameter("id");
        database.run(tx -> {
            R row = find(tx, scope, id, true);
            authorize(scope, "delete_" + type.singular(), view(tx, scope, row), id);
            ifMatch(request, row);
            resource.delete(tx, scope, row);
            if (type.tagged()) {
                Tags.replace(tx, id, List.of());
            }
        });
        return Response.empty(204);
    }

    private Condition visible(Scope scope) {
        return scope.admin() ? DSL.trueCondition() : resource.visible(scope);
    }

    /** The row, if the caller can see it; else 404. */
    R find(Transaction tx, Scope scope, String id, boolean forUpdate) {
        var select = tx.sql().selectFrom(type.table()).where(type.id().eq(id), visible(scope));
        R row = forUpdate ? select.forUpdate().fetchOne() : select.fetchOne();
        if (row == null) {
            throw NetworkErrors.notFound(type.errorName(), id);
        }
        return row;
    }

    ObjectNode view(Transaction tx, Scope scope, R row) {
        return views(tx, scope, List.of(row)).getFirst();
    }

    private List<ObjectNode> views(Transaction tx, Scope scope, List<R> rows) {
        List<ObjectNode> views = new ArrayList<>(rows.size());
        rows.forEach(row -> views.add(type.render(row)));
        if (!rows.isEmpty()) {
            resource.decorate(tx, scope, rows, views);
            if (type.tagged()) {
                Tags.decorate(tx, views);
            }
        }
        return views;
    }

    /** 404 unless the caller may see it. */
    private ObjectNode requireVisible(Scope scope, ObjectNode view, String id) {
        if (!scope.allows("get_" + type.singular(), Targets.of(view))) {
            throw NetworkErrors.notFound(type.errorName(), id);
        }
        return view;
    }

    /** 404 for what the caller may not see, 403 for what the caller may not do. */
    void authorize(Scope scope, String rule, ObjectNode view, String id) {
        Map<String, Object> target = Targets.of(view);
        if (!scope.allows(rule, target)) {
            requireVisible(scope, view, id);
            throw NetworkErrors.policy(rule);
        }
    }

    private void authorizeCreate(Transaction tx, Scope scope, Values values) {
        String rule = "create_" + type.singular();
        Map<String, Object> target = resource.createTarget(tx, scope, values);
        scope.authorize(rule, target);
        attributes(scope, rule, values, target);
    }

    private void authorizeUpdate(Transaction tx, Scope scope, R row, Values changes, String id) {
        String rule = "update_" + type.singular();
        ObjectNode view = view(tx, scope, row);
        authorize(scope, rule, view, id);
        Map<String, Object> target = new HashMap<>(Targets.of(view));
        target.putAll(changes.asTarget());
        attributes(scope, rule, changes, target);
    }

    /** Checks the rules that guard single attributes, and keys of structured ones. */
    private void attributes(Scope scope, String rule, Values values, Map<String, Object> target) {
        for (String name : values.explicit()) {
            String attributeRule = rule + ":" + name;
            if (scope.policy().defines(attributeRule)) {
                scope.authorize(attributeRule, target);
            }
            for (String key : keys(values.get(name))) {
                String keyRule = attributeRule + ":" + key;
                if (scope.policy().defines(keyRule)) {
                    scope.authorize(keyRule, target);
                }
            }
        }
    }

    private static Set<String> keys(JsonNode value) {
        Set<String> keys = new LinkedHashSet<>();
        if (value.isObject()) {
            keys.addAll(value.propertyNames());
        } else if (value.isArray()) {
            for (JsonNode item : value) {
                keys.addAll(keys(item));
            }
        }
        return keys;
    }

    private static String projectFor(Scope scope, JsonNode item) {
        JsonNode named = item.has("project_id") ? item.get("project_id") : item.get("tenant_id");
        if (named == null) {
            if (scope.project().isEmpty()) {
                throw ApiException.badRequest(
                                "Running without keystone AuthN requires that tenant_id is"
                                        + " specified")
                        .type("HTTPBadRequest");
            }
            return scope.project();
        }
        if (!named.isString() || named.stringValue().length() > 64) {
            throw NetworkErrors.invalid("project_id", "it is not a valid project id.");
        }
        if (!scope.admin() && !named.stringValue().equals(scope.project())) {
            throw ApiException.badRequest(
                            "Specifying 'project_id' or 'tenant_id' other than the authenticated"
                                    + " project in request requires admin privileges")
                    .type("HTTPBadRequest");
        }
        return named.stringValue();
    }

    private void ifMatch(Request request, R row) {
        String wanted = request.header("If-Match").orElse("");
        if (wanted.isEmpty() || !type.revised()) {
            return;
        }
        Matcher matcher = IF_MATCH.matcher(wanted);
        if (!matcher.matches()) {
            throw NetworkErrors.invalidInput("Bad revision match constraint: " + wanted);
        }
        long revision = row.get(type.column("revision", Long.class));
        if (revision != Long.parseLong(matcher.group(1))) {
            throw ApiException.of(
                            412,
                            "Constrained to "
                                    + matcher.group(1)
                                    + ", but current revision is "
                                    + revision)
                    .type("RevisionNumberConstraintFailed");
        }
    }

    private static Set<String> fields(Request request) {
        return new LinkedHashSet<>(request.query().all("fields"));
    }

    private ObjectNode wrap(Scope scope, ObjectNode view, Set<String> fields) {
        ObjectNode body = Json.object();
        body.set(type.singular(), project(scope, view, Targets.of(view), fields));
        return body;
    }

    /** What of a view the caller gets: visible, permitted and asked-for attributes. */
    ObjectNode project(
            Scope scope, ObjectNode view, Map<String, Object> target, Set<String> fields) {
        ObjectNode shown = Json.object();
        for (Shown each : attributes) {
            JsonNode value = view.get(each.name());
            if (value != null
                    && (fields.isEmpty() || fields.contains(each.name()))
                    && each.rule().map(rule -> scope.allows(rule, target)).orElse(true)) {
                shown.set(each.name(), value);
            }
        }
        return shown;
    }

    /** The visible attributes, each with the rule that guards reading it, if one does. */
    private static List<Shown> shown(ResourceType<?> type, Policy policy) {
        return type.attributes().values().stream()
                .filter(Attribute::visible)
                .map(Attribute::name)
                .map(name ->
                        new Shown(
                                name,
                                Optional.of("get_" + type.singular() + ":" + name)
                                        .filter(rule -> !name.equals("tags"))
                                        .filter(policy::defines)))
                .toList();
    }

    private record Shown(String name, Optional<String> rule) {}
}
