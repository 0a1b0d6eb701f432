package org.monostack.identity.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.monostack.identity.auth.Catalog;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.EndpointGroup;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Selection;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.EndpointFilterStore;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** /v3/OS-EP-FILTER: which endpoints the catalogs of some projects are limited to. */
public final class EndpointFilterApi {

    private static final String ROOT = "/v3/OS-EP-FILTER";
    private static final String GROUP = ROOT + "/endpoint_groups/{endpoint_group_id}";
    private static final String PROJECT = ROOT + "/projects/{project_id}";
    private static final Set<String> FILTERS = Set.of("interface", "service_id", "region_id");

    private final Database database;
    private final EndpointFilterStore store;
    private final CatalogStore catalog;
    private final ProjectStore projects;

    public EndpointFilterApi(
            Database database,
            EndpointFilterStore store,
            CatalogStore catalog,
            ProjectStore projects) {
        this.database = database;
        this.store = store;
        this.catalog = catalog;
        this.projects = projects;
    }

    public void routes(Routes routes) {
        routes.get(ROOT + "/endpoint_groups", this::listGroups)
                .policy("identity:list_endpoint_groups");
        routes.post(ROOT + "/endpoint_groups", this::createGroup)
                .policy("identity:create_endpoint_group")
                .body(Schema.of("identity", "endpoint-group-create"))
                .answers(201);
        routes.get(GROUP, this::showGroup).policy("identity:get_endpoint_group");
        routes.patch(GROUP, this::updateGroup)
                .policy("identity:update_endpoint_group")
                .body(Schema.of("identity", "endpoint-group-update"));
        routes.delete(GROUP, this::deleteGroup)
                .policy("identity:delete_endpoint_group")
                .answers(204);
        routes.get(GROUP + "/endpoints", this::endpointsOfGroup)
                .policy("identity:list_endpoints_associated_with_endpoint_group");
        routes.get(GROUP + "/projects", this::projectsOfGroup)
                .policy("identity:list_projects_associated_with_endpoint_group");
        routes.put(GROUP + "/projects/{project_id}", this::addGroup)
                .policy("identity:add_endpoint_group_to_project")
                .answers(204);
        routes.get(GROUP + "/projects/{project_id}", this::checkGroup)
                .policy("identity:get_endpoint_group_in_project");
        routes.delete(GROUP + "/projects/{project_id}", this::removeGroup)
                .policy("identity:remove_endpoint_group_from_project")
                .answers(204);
        routes.get(PROJECT + "/endpoint_groups", this::groupsOfProject)
                .policy("identity:list_endpoint_groups_for_project");
        routes.get(PROJECT + "/endpoints", this::endpointsOfProject)
                .policy("identity:list_endpoints_for_project");
        routes.put(PROJECT + "/endpoints/{endpoint_id}", this::addEndpoint)
                .policy("identity:add_endpoint_to_project")
                .answers(204);
        routes.get(PROJECT + "/endpoints/{endpoint_id}", this::checkEndpoint)
                .policy("identity:check_endpoint_in_project")
                .answers(204);
        routes.delete(PROJECT + "/endpoints/{endpoint_id}", this::removeEndpoint)
                .policy("identity:remove_endpoint_from_project")
                .answers(204);
        routes.get(ROOT + "/endpoints/{endpoint_id}/projects", this::projectsOfEndpoint)
                .policy("identity:list_projects_for_endpoint");
    }

    private Response listGroups(Request request) {
        return database.reading(
                tx -> groups(request, store.list(tx, request.query().first("name"))));
    }

    private static Response groups(Request request, List<EndpointGroup> found) {
        return Views.collection(
                request, "endpoint_groups", found.stream().map(it -> view(request, it)).toList());
    }

    private Response createGroup(Request request) {
        Fields fields = Fields.of(request, "endpoint_group");
        EndpointGroup group =
                new EndpointGroup(
                        RandomIds.hex(),
                        fields.required("name"),
                        fields.text("description"),
                        filters(fields));
        database.run(tx -> store.insert(tx, group));
        return Views.member(201, "endpoint_group", view(request, group));
    }

    private static Map<String, String> filters(Fields fields) {
        Map<String, String> filters = new LinkedHashMap<>();
        fields.node()
                .path("filters")
                .properties()
                .forEach(filter -> {
                    if (!FILTERS.contains(filter.getKey()) || !filter.getValue().isString()) {
                        throw ApiException.badRequest(
                                "Invalid input for field 'filters': "
                                        + filter.getKey()
                                        + " is not one of interface, service_id and"
                                        + " region_id with a text.");
                    }
                    filters.put(filter.getKey(), filter.getValue().asString());
                });
        if (filters.isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'filters': at least one is needed.");
        }
        return filters;
    }

    private EndpointGroup group(Request request, Transaction tx) {
        String id = request.pathParameter("endpoint_group_id");
        return store.find(tx, id).orElseThrow(() -> Views.notFound("endpoint group", id));
    }

    private Endpoint endpoint(Request request, Transaction tx) {
        String id = request.pathParameter("endpoint_id");
        return catalog.endpoint(tx, id).orElseThrow(() -> Views.notFound("endpoint", id));
    }

    private Project project(Request request, Transaction tx) {
        String id = request.pathParameter("project_id");
        return projects.find(tx, id).orElseThrow(() -> Views.notFound("project", id));
    }

    private Response showGroup(Request request) {
        return database.reading(
                tx -> Views.member(200, "endpoint_group", view(request, group(request, tx))));
    }

    private Response updateGroup(Request request) {
        Fields fields = Fields.of(request, "endpoint_group");
        return database.inTransaction(tx -> {
            EndpointGroup group = group(request, tx);
            EndpointGroup changed =
                    new EndpointGroup(
                            group.id(),
                            fields.text("name").orElse(group.name()),
                            fields.text("description", group.description()),
                            fields.has("filters") ? filters(fields) : group.filters());
            store.update(tx, changed);
            return Views.member(200, "endpoint_group", view(request, changed));
        });
    }

    private Response deleteGroup(Request request) {
        return change(tx -> store.delete(tx, group(request, tx).id()));
    }

    private Response change(Consumer<Transaction> write) {
        database.run(write);
        return Response.empty(204);
    }

    private Response endpointsOfGroup(Request request) {
        return database.reading(tx -> {
            EndpointGroup group = group(request, tx);
            return endpoints(
                    request,
                    catalog.endpoints(tx, Selection.ALL).stream().filter(group::contains).toList());
        });
    }

    private static Response endpoints(Request request, List<Endpoint> found) {
        return Views.collection(
                request,
                "endpoints",
                found.stream().map(it -> EndpointsApi.view(request, it)).toList());
    }

    private Response projectsOfGroup(Request request) {
        return database.reading(
                tx -> projects(request, tx, store.projectsOfGroup(tx, group(request, tx).id())));
    }

    private Response projectsOfEndpoint(Request request) {
        return database.reading(tx ->
                projects(request, tx, store.projectsOfEndpoint(tx, endpoint(request, tx).id())));
    }

    private Response projects(Request request, Transaction tx, List<String> ids) {
        return Views.collection(
                request,
                "projects",
                projects.findAll(tx, ids).stream()
                        .map(it -> ProjectsApi.view(request, it, projects.tags(tx, it.id())))
                        .toList());
    }

    private Response addGroup(Request request) {
        return change(tx -> store.addGroup(tx, project(request, tx).id(), group(request, tx).id()));
    }

    private Response checkGroup(Request request) {
        return database.reading(tx -> {
            EndpointGroup group = group(request, tx);
            String projectId = project(request, tx).id();
            if (!store.projectsOfGroup(tx, group.id()).contains(projectId)) {
                throw Views.notFound("endpoint group in project", group.id());
            }
            return Views.member(200, "endpoint_group", view(request, group));
        });
    }

    private Response removeGroup(Request request) {
        return change(tx -> {
            EndpointGroup group = group(request, tx);
            if (!store.removeGroup(tx, project(request, tx).id(), group.id())) {
                throw Views.notFound("endpoint group in project", group.id());
            }
        });
    }

    private Response groupsOfProject(Request request) {
        return database.reading(
                tx -> groups(request, store.ofProject(tx, project(request, tx).id())));
    }

    private Response endpointsOfProject(Request request) {
        return database.reading(tx -> {
            String projectId = project(request, tx).id();
            Catalog.Shown shown =
                    Catalog.shown(
                            new KnownRows.Given(
                                    store.endpointIds(tx, projectId),
                                    store.ofProject(tx, projectId)));
            return endpoints(
                    request,
                    catalog.endpoints(tx, Selection.ALL).stream()
                            .filter(it -> shown.limited() && shown.test(it))
                            .toList());
        });
    }

    private Response addEndpoint(Request request) {
        return change(
                tx -> store.addEndpoint(tx, project(request, tx).id(), endpoint(request, tx).id()));
    }

    private Response checkEndpoint(Request request) {
        return change(tx -> {
            String endpointId = endpoint(request, tx).id();
            if (!store.endpointIds(tx, project(request, tx).id()).contains(endpointId)) {
                throw Views.notFound("endpoint in project", endpointId);
            }
        });
    }

    private Response removeEndpoint(Request request) {
        return change(tx -> {
            String endpointId = endpoint(request, tx).id();
            if (!store.removeEndpoint(tx, project(request, tx).id(), endpointId)) {
                throw Views.notFound("endpoint in project", endpointId);
            }
        });
    }

    private static ObjectNode view(Request request, EndpointGroup group) {
        ObjectNode node = Json.object().put("id", group.id()).put("name", group.name());
        Fields.put(node, "description", group.description());
        ObjectNode filters = Json.object();
        group.filters().forEach(filters::put);
        node.set("filters", filters);
        return Views.linked(request, node, "OS-EP-FILTER/endpoint_groups/" + group.id());
    }
}
