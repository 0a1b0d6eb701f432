package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/projects. */
public final class ProjectsApi {

    private static final int MAX_DEPTH = 5;
    private static final Set<String> KNOWN =
            Set.of(
                    "id",
                    "name",
                    "domain_id",
                    "parent_id",
                    "enabled",
                    "description",
                    "is_domain",
                    "tags",
                    "options",
                    "links",
                    "parents",
                    "subtree");

    private final Database database;
    private final Announcements announcements;
    private final ProjectStore projects;
    private final Removals removals;

    public ProjectsApi(
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
        routes.get("/v3/projects", this::list).policyInHandler("identity:list_projects").kept();
        routes.post("/v3/projects", this::create)
                .policyInHandler("identity:create_project")
                .body(Schema.of("identity", "project-create"))
                .answers(201);
        routes.get("/v3/projects/{project_id}", this::show).policyInHandler("identity:get_project");
        routes.patch("/v3/projects/{project_id}", this::update)
                .policyInHandler("identity:update_project")
                .body(Schema.of("identity", "project-update"));
        routes.delete("/v3/projects/{project_id}", this::delete)
                .policyInHandler("identity:delete_project")
                .answers(204);
    }

    private Response list(Request request) {
        Caller caller = request.caller();
        Targets target = Targets.none();
        caller.domainId().ifPresent(id -> target.put("target.domain_id", id));
        request.authorize("identity:list_projects", target.map());
        Selection selection = Views.selectionWithinOwnDomain(request);
        boolean domains = request.query().contains("is_domain") && Views.flag(request, "is_domain");
        return database.reading(tx -> {
            List<Project> found = projects.list(tx, domains, selection, tags(request));
            return page(request, tx, "projects", found);
        });
    }

    /** A page of projects, with their tags read at once. */
    Response page(Request request, Transaction tx, String key, List<Project> found) {
        Map<String, List<String>> tags =
                projects.tags(tx, found.stream().map(Project::id).toList());
        return Views.page(
                request,
                key,
                found,
                Project::id,
                it -> view(request, it, tags.getOrDefault(it.id(), List.of())));
    }

    private static ProjectStore.Tags tags(Request request) {
        return new ProjectStore.Tags(
                split(request, "tags"),
                split(request, "tags-any"),
                split(request, "not-tags"),
                split(request, "not-tags-any"));
    }

    private static List<String> split(Request request, String name) {
        return request.query()
                .first(name)
                .filter(text -> !text.isEmpty())
                .map(text -> Arrays.asList(text.split(",")))
                .orElse(List.of());
    }

    private Response show(Request request) {
        String id = request.pathParameter("project_id");
        return database.reading(tx -> {
            Project project = authorized(request, "identity:get_project", projects.find(tx, id));
            ObjectNode node = view(request, project, projects.tags(tx, id));
            addHierarchy(request, tx, project, node);
            return Views.member(200, "project", node);
        });
    }

    private void addHierarchy(Request request, Transaction tx, Project project, ObjectNode node) {
        boolean parentIds =
                Views.flag(request, "parents_as_ids") || bare(request, "parents_as_ids");
        boolean parentList =
                Views.flag(request, "parents_as_list") || bare(request, "parents_as_list");
        boolean subtreeIds =
                Views.flag(request, "subtree_as_ids") || bare(request, "subtree_as_ids");
        boolean subtreeList =
                Views.flag(request, "subtree_as_list") || bare(request, "subtree_as_list");
        if (parentIds && parentList) {
            throw ApiException.badRequest(
                    "Cannot use parents_as_list and parents_as_ids query params at the same time.");
        }
        if (subtreeIds && subtreeList) {
            throw ApiException.badRequest(
                    "Cannot use subtree_as_list and subtree_as_ids query params at the same time.");
        }
        if (parentIds) {
            JsonNode parents = Json.mapper().nullNode();
            for (String ancestor : project.ancestors()) {
                ObjectNode level = Json.object();
                level.set(ancestor, parents);
                parents = level;
            }
            node.set("parents", parents);
        }
        if (parentList) {
            var list = Json.array();
            for (Project parent : projects.findAll(tx, project.ancestors())) {
                if (!parent.isDomain()) {
                    list.add(wrapped(request, tx, parent));
                }
            }
            node.set("parents", list);
        }
        if (subtreeList) {
            var list = Json.array();
            for (Project child : projects.subtree(tx, project)) {
                list.add(wrapped(request, tx, child));
            }
            node.set("subtree", list);
        }
        if (subtreeIds) {
            node.set("subtree", subtreeIds(projects.subtree(tx, project), project.id()));
        }
    }

    private static boolean bare(Request request, String name) {
        return request.query().first(name).filter(String::isEmpty).isPresent();
    }

    private ObjectNode wrapped(Request request, Transaction tx, Project project) {
        ObjectNode wrapped = Json.object();
        wrapped.set("project", view(request, project, projects.tags(tx, project.id())));
        return wrapped;
    }

    private static JsonNode subtreeIds(List<Project> subtree, String parentId) {
        ObjectNode level = Json.object();
        for (Project project : subtree) {
            if (project.parentId().filter(parentId::equals).isPresent()) {
                level.set(project.id(), subtreeIds(subtree, project.id()));
            }
        }
        return level.isEmpty() ? Json.mapper().nullNode() : level;
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "project");
        Caller caller = request.caller();
        return database.inTransaction(tx -> {
            boolean isDomain = fields.flag("is_domain", false);
            Optional<Project> parent =
                    fields.text("parent_id").flatMap(id -> projects.lock(tx, id));
            String domainId =
                    fields.text("domain_id")
                            .or(() -> parent.map(ProjectsApi::domainOf))
                            .orElseGet(() -> UsersApi.ownDomain(caller));
            if (isDomain) {
                request.authorize("identity:create_project", Targets.none().map());
                return createDomain(request, tx, fields);
            }
            request.authorize(
                    "identity:create_project",
                    Targets.none().put("target.project.domain_id", domainId).map());
            Project above = parent(tx, fields, parent, domainId);
            List<String> tags = tags(fields);
            String id = RandomIds.hex();
            Project project =
                    new Project(
                            id,
                            domainId,
                            Optional.of(above.id()),
                            fields.required("name").strip(),
                            false,
                            fields.flag("enabled", true),
                            Optional.of(fields.text("description").orElse("")),
                            above.path() + id + "/",
                            fields.options("{}"),
                            fields.extra("{}", KNOWN),
                            1);
            projects.insert(tx, project);
            projects.setTags(tx, id, tags);
            announcements.created(tx, request, "project", id);
            return Views.member(201, "project", view(request, project, tags));
        });
    }

    private Response createDomain(Request request, Transaction tx, Fields fields) {
        if (fields.text("parent_id").isPresent() || fields.text("domain_id").isPresent()) {
            throw ApiException.badRequest(
                    "A project that acts as a domain has neither `parent_id` nor `domain_id`.");
        }
        String id = RandomIds.hex();
        Project domain = changed(Project.domain(id, "", ""), fields, KNOWN);
        projects.insert(tx, domain);
        List<String> tags = tags(fields);
        projects.setTags(tx, id, tags);
        announcements.created(tx, request, "project", id);
        return Views.member(201, "project", view(request, domain, tags));
    }

    private static String domainOf(Project project) {
        return project.isDomain() ? project.id() : project.domainId();
    }

    private Project parent(
            Transaction tx, Fields fields, Optional<Project> parent, String domainId) {
        if (fields.text("parent_id").isPresent() && parent.isEmpty()) {
            throw Views.notFound("project", fields.required("parent_id"));
        }
        Project above =
                parent.or(() -> projects.lock(tx, domainId).filter(Project::isDomain))
                        .orElseThrow(() -> Views.notFound("domain", domainId));
        if (!domainOf(above).equals(domainId)) {
            throw ApiException.badRequest(
                    "Cannot create project, since it specifies its domain_id "
                            + domainId
                            + ", but specifies a parent in a different domain ("
                            + domainOf(above)
                            + ").");
        }
        if (above.depth() >= MAX_DEPTH) {
            throw ApiException.forbidden(
                    "Max hierarchy depth reached for " + above.id() + " branch.");
        }
        if (!above.enabled()) {
            throw ApiException.forbidden(
                    "Cannot create a project in a branch containing a disabled project: "
                            + above.id()
                            + ".");
        }
        return above;
    }

    static List<String> tags(Fields fields) {
        List<String> tags = new ArrayList<>();
        fields.node().path("tags").forEach(tag -> tags.add(tag.asString()));
        return tags.stream().distinct().sorted().toList();
    }

    private Response update(Request request) {
        String id = request.pathParameter("project_id");
        Fields fields = Fields.of(request, "project");
        return database.inTransaction(tx -> {
            Project project = authorized(request, "identity:update_project", projects.lock(tx, id));
            requireUnchanged(fields, project);
            Project changed = changed(project, fields, KNOWN);
            checkEnabled(tx, project, changed.enabled());
            projects.update(tx, changed);
            if (fields.has("tags")) {
                projects.setTags(tx, id, tags(fields));
            }
            announcements.updated(tx, request, "project", id);
            return Views.member(200, "project", view(request, changed, projects.tags(tx, id)));
        });
    }

    /** A project or domain as the fields of a request want it. */
    static Project changed(Project before, Fields fields, Set<String> known) {
        return before.with(
                fields.text("name").orElse(before.name()).strip(),
                fields.flag("enabled", before.enabled()),
                fields.text("description", before.description()),
                fields.options(before.options()),
                fields.extra(before.extra(), known));
    }

    private static void requireUnchanged(Fields fields, Project project) {
        if (fields.text("domain_id").filter(it -> !it.equals(project.domainId())).isPresent()) {
            throw ApiException.badRequest("Update of `domain_id` is not allowed.");
        }
        if (fields.has("parent_id") && !fields.text("parent_id").equals(project.parentId())) {
            throw ApiException.forbidden("Update of `parent_id` is not allowed.");
        }
        if (fields.flag("is_domain", project.isDomain()) != project.isDomain()) {
            throw ApiException.badRequest("Update of `is_domain` is not allowed.");
        }
    }

    private void checkEnabled(Transaction tx, Project project, boolean enabled) {
        if (enabled && !project.enabled()) {
            for (Project above : projects.findAll(tx, project.ancestors())) {
                if (!above.enabled() && !above.isDomain()) {
                    throw ApiException.forbidden(
                            "Cannot enable project "
                                    + project.id()
                                    + " since it has disabled parents");
                }
            }
        }
        if (!enabled && project.enabled() && projects.hasEnabledChildren(tx, project)) {
            throw ApiException.forbidden(
                    "Cannot disable project "
                            + project.id()
                            + " since its subtree contains enabled projects.");
        }
    }

    private Response delete(Request request) {
        String id = request.pathParameter("project_id");
        database.run(tx -> {
            Project project = authorized(request, "identity:delete_project", projects.lock(tx, id));
            if (project.isDomain() && project.enabled()) {
                throw ApiException.forbidden(
                        "Cannot delete a project acting as a domain that is enabled, please disable"
                                + " it first.");
            }
            if (projects.hasChildren(tx, id)) {
                throw ApiException.forbidden(
                        "Cannot delete the project "
                                + id
                                + " since it is not a leaf in the hierarchy.");
            }
            if (project.isDomain()) {
                removals.domain(tx, project);
            } else {
                removals.projects(tx, List.of(id));
            }
            announcements.deleted(tx, request, "project", id);
        });
        return Response.empty(204);
    }

    static Project authorized(Request request, String rule, Optional<Project> project) {
        String id = request.pathParameter("project_id");
        request.authorize(rule, Targets.none().put("target.project.id", id).project(project).map());
        return project.orElseThrow(() -> Views.notFound("project", id));
    }

    static ObjectNode view(Request request, Project project, List<String> tags) {
        ObjectNode node = Views.extra(project.extra());
        node.put("id", project.id())
                .put("name", project.name())
                .put("domain_id", project.isDomain() ? null : project.domainId());
        Fields.put(node, "description", project.description());
        node.put("enabled", project.enabled());
        Fields.put(node, "parent_id", project.parentId());
        node.put("is_domain", project.isDomain());
        node.set("tags", Json.strings(tags));
        node.set("options", Json.read(project.options()));
        return Views.linked(request, node, "projects/" + project.id());
    }
}
