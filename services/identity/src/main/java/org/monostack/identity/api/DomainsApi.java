package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Selection;
import org.monostack.identity.notification.Announcements;
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
import tools.jackson.databind.node.ObjectNode;

/** /v3/domains. */
public final class DomainsApi {

    private static final Set<String> KNOWN =
            Set.of(
                    "id",
                    "explicit_domain_id",
                    "name",
                    "enabled",
                    "description",
                    "tags",
                    "options",
                    "links");

    private final Database database;
    private final Announcements announcements;
    private final ProjectStore projects;
    private final Removals removals;

    public DomainsApi(
            Database database,
            Announcements announcements,
            ProjectStore projects,
            Removals removals) {
        this.database = database;
        this.announcements = announcements;
        this.projects = projects;
        this.removals = removals;
    }

    public void routes(Routes routes) {
        routes.get("/v3/domains", this::list).policyInHandler("identity:list_domains").kept();
        routes.post("/v3/domains", this::create)
                .policyInHandler("identity:create_domain")
                .body(Schema.of("identity", "domain-create"))
                .answers(201);
        routes.get("/v3/domains/{domain_id}", this::show).policyInHandler("identity:get_domain");
        routes.patch("/v3/domains/{domain_id}", this::update)
                .policyInHandler("identity:update_domain")
                .body(Schema.of("identity", "domain-update"));
        routes.delete("/v3/domains/{domain_id}", this::delete)
                .policyInHandler("identity:delete_domain")
                .answers(204);
    }

    private Response list(Request request) {
        Caller caller = request.caller();
        Targets target = Targets.none();
        caller.domainId().ifPresent(id -> target.put("target.domain.id", id));
        request.authorize("identity:list_domains", target.map());
        List<Filter> own =
                caller.domainId()
                        .filter(id -> !caller.roles().contains("admin"))
                        .map(id -> List.of(new Filter("id", Filter.Operator.EQUALS, id)))
                        .orElse(List.of());
        Selection selection = Views.selection(request, own);
        List<Project> found =
                database.reading(
                        tx -> projects.list(tx, true, selection, ProjectStore.Tags.WHATEVER));
        return Views.page(request, "domains", found, Project::id, it -> view(request, it));
    }

    private Response show(Request request) {
        String id = request.pathParameter("domain_id");
        return database.reading(tx ->
                Views.member(
                        200,
                        "domain",
                        view(
                                request,
                                authorized(
                                        request,
                                        "identity:get_domain",
                                        projects.findDomain(tx, id)))));
    }

    private Response create(Request request) {
        request.authorize("identity:create_domain", Targets.none().map());
        Fields fields = Fields.of(request, "domain");
        String id = fields.text("explicit_domain_id").orElseGet(RandomIds::hex);
        Project domain = ProjectsApi.changed(Project.domain(id, "", ""), fields, KNOWN);
        return database.inTransaction(tx -> {
            projects.insert(tx, domain);
            projects.setTags(tx, id, ProjectsApi.tags(fields));
            announcements.created(tx, request, "domain", id);
            return Views.member(201, "domain", view(request, domain));
        });
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "domain");
        return database.inTransaction(tx -> {
            Project domain = changeable(request, tx, "identity:update_domain");
            Project changed = ProjectsApi.changed(domain, fields, KNOWN);
            projects.update(tx, changed);
            announcements.updated(tx, request, "domain", domain.id());
            return Views.member(200, "domain", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Project domain = changeable(request, tx, "identity:delete_domain");
            if (domain.enabled()) {
                throw ApiException.forbidden(
                        "Cannot delete a domain that is enabled, please disable it first.");
            }
            removals.domain(tx, domain);
            announcements.deleted(tx, request, "domain", domain.id());
        });
        return Response.empty(204);
    }

    /** As in Keystone, who would change a domain is told first that it is not there. */
    private Project changeable(Request request, Transaction tx, String rule) {
        String id = request.pathParameter("domain_id");
        Project domain =
                projects.lock(tx, id)
                        .filter(Project::isDomain)
                        .orElseThrow(() -> Views.notFound("domain", id));
        return authorized(request, rule, Optional.of(domain));
    }

    private static Project authorized(Request request, String rule, Optional<Project> domain) {
        String id = request.pathParameter("domain_id");
        request.authorize(rule, Targets.none().put("target.domain.id", id).domain(domain).map());
        return domain.orElseThrow(() -> Views.notFound("domain", id));
    }

    static ObjectNode view(Request request, Project domain) {
        ObjectNode node = Views.extra(domain.extra());
        node.put("id", domain.id()).put("name", domain.name());
        Fields.put(node, "description", domain.description());
        node.put("enabled", domain.enabled());
        node.set("tags", Json.array());
        node.set("options", Json.read(domain.options()));
        return Views.linked(request, node, "domains/" + domain.id());
    }
}
