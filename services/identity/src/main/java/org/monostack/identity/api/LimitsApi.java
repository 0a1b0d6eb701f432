package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.IdentityConfig.LimitModel;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.ProjectLimit;
import org.monostack.identity.model.RegisteredLimit;
import org.monostack.identity.store.LimitStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/limits: exceptions from the registered limits, held to the model that is configured. */
public final class LimitsApi {

    private static final String MEMBER = "/v3/limits/{limit_id}";

    private final Database database;
    private final LimitStore store;
    private final ProjectStore projects;
    private final LimitModel model;

    public LimitsApi(Database database, LimitStore store, ProjectStore projects, LimitModel model) {
        this.database = database;
        this.store = store;
        this.projects = projects;
        this.model = model;
    }

    public void routes(Routes routes) {
        routes.get("/v3/limits/model", this::model).policy("identity:get_limit_model");
        routes.get("/v3/limits", this::list).policy("identity:list_limits");
        routes.post("/v3/limits", this::create)
                .policy("identity:create_limits")
                .body(Schema.of("identity", "limit-create"))
                .answers(201);
        routes.get(MEMBER, this::show).policyInHandler("identity:get_limit");
        routes.patch(MEMBER, this::update)
                .policy("identity:update_limit")
                .body(Schema.of("identity", "limit-update"));
        routes.delete(MEMBER, this::delete).policy("identity:delete_limit").answers(204);
    }

    private Response model(Request request) {
        return Views.member(
                200,
                "model",
                Json.object()
                        .put("name", model.text())
                        .put(
                                "description",
                                switch (model) {
                                    case FLAT -> "Limits of projects do not depend on each other.";
                                    case STRICT_TWO_LEVEL ->
                                            "No project at the top of a domain gets more than its"
                                                    + " domain; there is nothing below.";
                                }));
    }

    /** Everybody may ask; each sees what is about them, and who sets limits all. */
    private Response list(Request request) {
        Caller caller = request.caller();
        List<Filter> filters = Views.selection(request).filters();
        boolean all =
                caller.systemScope()
                        || caller.roles().contains("service")
                        || request.allowed("identity:update_limit", Targets.none().map());
        return database.reading(tx -> {
            Set<String> own = all ? Set.of() : own(tx, caller);
            return Views.collection(
                    request,
                    "limits",
                    store.limits(tx, filters).stream()
                            .filter(it -> all || own.contains(owner(it)))
                            .map(it -> view(request, it))
                            .toList());
        });
    }

    private Set<String> own(Transaction tx, Caller caller) {
        Set<String> own = new HashSet<>();
        caller.projectId().ifPresent(own::add);
        caller.domainId()
                .ifPresent(id -> {
                    own.add(id);
                    projects.find(tx, id)
                            .ifPresent(domain ->
                                    projects.subtree(tx, domain).forEach(it -> own.add(it.id())));
                });
        return own;
    }

    private static String owner(ProjectLimit limit) {
        return limit.projectId().or(limit::domainId).orElse("");
    }

    /** All or none. */
    private Response create(Request request) {
        return database.inTransaction(tx -> {
            List<ProjectLimit> made = new ArrayList<>();
            for (JsonNode node : request.json().path("limits")) {
                ProjectLimit limit = limit(tx, new Fields(node));
                store.insert(tx, limit);
                made.add(limit);
            }
            // Once all are there, so that a domain and its projects may come in any order.
            made.forEach(it -> requireModel(tx, it));
            ArrayNode array = Json.array();
            made.forEach(it -> array.add(view(request, it)));
            ObjectNode body = Json.object();
            body.set("limits", array);
            return Response.json(201, body);
        });
    }

    private ProjectLimit limit(Transaction tx, Fields fields) {
        Optional<String> projectId = fields.text("project_id");
        Optional<String> domainId = fields.text("domain_id");
        if (projectId.isPresent() == domainId.isPresent()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'project_id': a limit is for a project or for a"
                            + " domain.");
        }
        Optional<Project> owner =
                projectId.isPresent()
                        ? projects.find(tx, projectId.get())
                        : projects.findDomain(tx, domainId.get());
        if (owner.isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid input for field '"
                            + (projectId.isPresent() ? "project_id" : "domain_id")
                            + "': there is no "
                            + projectId.or(() -> domainId).get()
                            + ".");
        }
        RegisteredLimit registered =
                store.lock(
                                tx,
                                fields.required("service_id"),
                                fields.text("region_id"),
                                fields.required("resource_name"))
                        .orElseThrow(() ->
                                ApiException.forbidden(
                                        "Unable to create a limit that has no corresponding"
                                                + " registered limit."));
        return new ProjectLimit(
                RandomIds.hex(),
                registered,
                projectId,
                domainId,
                fields.node().path("resource_limit").asInt(),
                fields.text("description"));
    }

    /** 403 if the limit does not fit to those above and below it. */
    private void requireModel(Transaction tx, ProjectLimit limit) {
        if (model == LimitModel.FLAT) {
            return;
        }
        RegisteredLimit registered = limit.registered();
        Project owner = projects.find(tx, owner(limit)).orElseThrow();
        boolean fits;
        if (owner.isDomain()) {
            List<String> below = projects.subtree(tx, owner).stream().map(Project::id).toList();
            fits =
                    store.limits(tx, registered.id(), below).stream()
                            .allMatch(it -> within(it.amount(), limit.amount()));
        } else {
            int above =
                    store.limits(tx, registered.id(), List.of(owner.parentId().orElse(""))).stream()
                            .map(ProjectLimit::amount)
                            .findFirst()
                            .orElse(registered.defaultLimit());
            fits = within(limit.amount(), above);
        }
        if (!fits) {
            throw ApiException.forbidden(
                    "Invalid resource limit: The resource limit ("
                            + (owner.isDomain() ? "domain_id: " : "project_id: ")
                            + owner.id()
                            + ", resource_name: "
                            + registered.resourceName()
                            + ", resource_limit: "
                            + limit.amount()
                            + ", service_id: "
                            + registered.serviceId()
                            + ", region_id: "
                            + registered.regionId().orElse("None")
                            + ") doesn't satisfy current hierarchy model.");
        }
    }

    /** -1 means without limit. */
    private static boolean within(int amount, int bound) {
        return bound < 0 || amount >= 0 && amount <= bound;
    }

    private Response show(Request request) {
        String id = request.pathParameter("limit_id");
        return database.reading(tx -> {
            Optional<ProjectLimit> limit = store.limit(tx, id);
            Targets target = Targets.none();
            limit.flatMap(ProjectLimit::projectId)
                    .flatMap(it -> projects.find(tx, it))
                    .ifPresent(it ->
                            target.put("target.limit.project_id", it.id())
                                    .put("target.limit.project.domain_id", it.domainId()));
            limit.flatMap(ProjectLimit::domainId)
                    .ifPresent(it -> target.put("target.limit.domain.id", it));
            request.authorize("identity:get_limit", target.map());
            return Views.member(
                    200,
                    "limit",
                    view(request, limit.orElseThrow(() -> Views.notFound("limit", id))));
        });
    }

    private Response update(Request request) {
        String id = request.pathParameter("limit_id");
        Fields fields = Fields.of(request, "limit");
        return database.inTransaction(tx -> {
            ProjectLimit before =
                    store.limit(tx, id).orElseThrow(() -> Views.notFound("limit", id));
            ProjectLimit changed =
                    new ProjectLimit(
                            id,
                            before.registered(),
                            before.projectId(),
                            before.domainId(),
                            fields.has("resource_limit")
                                    ? fields.node().path("resource_limit").asInt()
                                    : before.amount(),
                            fields.text("description", before.description()));
            store.update(tx, changed);
            requireModel(tx, changed);
            return Views.member(200, "limit", view(request, changed));
        });
    }

    private Response delete(Request request) {
        String id = request.pathParameter("limit_id");
        database.run(tx -> {
            if (store.limit(tx, id).isEmpty()) {
                throw Views.notFound("limit", id);
            }
            store.deleteLimit(tx, id);
        });
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, ProjectLimit limit) {
        RegisteredLimit registered = limit.registered();
        ObjectNode node = Json.object().put("id", limit.id());
        Fields.put(node, "project_id", limit.projectId());
        Fields.put(node, "domain_id", limit.domainId());
        node.put("service_id", registered.serviceId());
        Fields.put(node, "region_id", registered.regionId());
        node.put("resource_name", registered.resourceName()).put("resource_limit", limit.amount());
        Fields.put(node, "description", limit.description());
        return Views.linked(request, node, "limits/" + limit.id());
    }
}
