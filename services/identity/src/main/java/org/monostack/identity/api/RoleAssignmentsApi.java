package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.auth.EffectiveAssignments;
import org.monostack.identity.auth.EffectiveAssignments.Effective;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.identity.model.Project;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** /v3/role_assignments: all assignments, as they were made or in their effect. */
public final class RoleAssignmentsApi {

    private static final String INHERITED = "scope.OS-INHERIT:inherited_to";

    private final Database database;
    private final AssignmentStore assignments;
    private final EffectiveAssignments effective;
    private final ProjectStore projects;
    private final AssignmentNames names;

    public RoleAssignmentsApi(
            Database database,
            AssignmentStore assignments,
            EffectiveAssignments effective,
            ProjectStore projects,
            AssignmentNames names) {
        this.database = database;
        this.assignments = assignments;
        this.effective = effective;
        this.projects = projects;
        this.names = names;
    }

    public void routes(Routes routes) {
        routes.get("/v3/role_assignments", this::list)
                .policyInHandler("identity:list_role_assignments")
                .kept();
    }

    private Response list(Request request) {
        boolean subtree = flag(request, "include_subtree");
        checkFilters(request.query(), flag(request, "effective"));
        return database.reading(tx -> {
            authorize(request, tx, subtree);
            List<Target> targets = targets(request.query(), tx, subtree);
            List<ObjectNode> nodes =
                    flag(request, "effective")
                            ? effectiveViews(request, tx, targets)
                            : directViews(request, tx, targets);
            return Views.collection(request, "role_assignments", nodes);
        });
    }

    /** A parameter without a value switches on as well. */
    private static boolean flag(Request request, String name) {
        return request.query().first(name).filter(String::isEmpty).isPresent()
                || Views.flag(request, name);
    }

    private void authorize(Request request, Transaction tx, boolean subtree) {
        Targets about = Targets.none();
        if (subtree) {
            String id =
                    filter(request.query(), "scope.project.id")
                            .orElseThrow(() ->
                                    ApiException.badRequest(
                                            "scope.project.id must be specified if"
                                                    + " include_subtree is also"
                                                    + " specified"));
            Optional<Project> project = projects.find(tx, id);
            about.project(project);
            project.ifPresent(it -> about.put("target.domain_id", it.domainId()));
            request.authorize("identity:list_role_assignments_for_tree", about.map());
            if (project.isEmpty()) {
                throw Views.notFound("project", id);
            }
        } else {
            request.caller().domainId().ifPresent(id -> about.put("target.domain_id", id));
            request.authorize("identity:list_role_assignments", about.map());
        }
    }

    private static void checkFilters(Query query, boolean effective) {
        boolean project = filter(query, "scope.project.id").isPresent();
        boolean domain = filter(query, "scope.domain.id").isPresent();
        boolean system = filter(query, "scope.system").isPresent();
        refuse(project && domain, "Specify a domain or project, not both");
        refuse(system && domain, "Specify system or domain, not both");
        refuse(system && project, "Specify system or project, not both");
        refuse(
                filter(query, "user.id").isPresent() && filter(query, "group.id").isPresent(),
                "Specify a user or group, not both");
        refuse(
                effective && filter(query, "group.id").isPresent(),
                "Combining effective and group filter will always result in an empty list.");
        refuse(
                effective && domain && filter(query, INHERITED).isPresent(),
                "Combining effective, domain and inherited filters will always result in an empty"
                        + " list.");
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw ApiException.badRequest(message);
        }
    }

    private static Optional<String> filter(Query query, String name) {
        return query.first(name).filter(value -> !value.isEmpty());
    }

    private List<Target> targets(Query query, Transaction tx, boolean subtree) {
        List<Target> targets = new ArrayList<>();
        filter(query, "scope.project.id")
                .ifPresent(id -> {
                    targets.add(Target.project(id));
                    if (subtree) {
                        projects.find(tx, id).stream()
                                .flatMap(top -> projects.subtree(tx, top).stream())
                                .forEach(it -> targets.add(Target.project(it.id())));
                    }
                });
        filter(query, "scope.domain.id").ifPresent(id -> targets.add(Target.domain(id)));
        filter(query, "scope.system").ifPresent(all -> targets.add(Target.SYSTEM));
        return targets;
    }

    private List<ObjectNode> directViews(Request request, Transaction tx, List<Target> targets) {
        Query query = request.query();
        List<Actor> actors = new ArrayList<>();
        filter(query, "user.id").ifPresent(id -> actors.add(Actor.user(id)));
        filter(query, "group.id").ifPresent(id -> actors.add(Actor.group(id)));
        List<Assignment> found = new ArrayList<>();
        Visible visible = visible(request.caller(), tx);
        for (Assignment assignment : assignments.list(tx, actors, targets)) {
            boolean wanted =
                    matches(query, "role.id", assignment.roleId())
                            && (!query.contains(INHERITED)
                                    || assignment.inherited()
                                            == query.first(INHERITED).orElse("").equals("projects"))
                            && visible.test(assignment.target());
            if (wanted) {
                found.add(assignment);
            }
        }
        AssignmentNames.Lookup lookup = lookup(request, tx, found.stream().map(Ref::of).toList());
        return found.stream().map(it -> direct(request, it, lookup)).toList();
    }

    private List<ObjectNode> effectiveViews(Request request, Transaction tx, List<Target> targets) {
        Query query = request.query();
        Visible visible = visible(request.caller(), tx);
        Set<Effective> found = new LinkedHashSet<>();
        for (Effective it : effective.list(tx, filter(query, "user.id"), targets)) {
            boolean wanted =
                    matches(query, "role.id", it.roleId())
                            // The system's roles are asked for by name, as in OpenStack.
                            && (it.target().kind() != TargetKind.SYSTEM
                                    || targets.contains(Target.SYSTEM))
                            && (!query.contains(INHERITED)
                                    || it.source().isPresent()
                                            == query.first(INHERITED).orElse("").equals("projects"))
                            && visible.test(it.target());
            if (wanted) {
                found.add(it);
            }
        }
        AssignmentNames.Lookup lookup = lookup(request, tx, found.stream().map(Ref::of).toList());
        return found.stream().map(it -> effective(request, it, lookup)).toList();
    }

    private static boolean matches(Query query, String name, String value) {
        return filter(query, name).map(value::equals).orElse(true);
    }

    /** What a caller with a token for one domain may see. */
    private interface Visible {
        boolean test(Target target);
    }

    private Visible visible(Caller caller, Transaction tx) {
        if (caller.domainId().isEmpty()) {
            return target -> true;
        }
        String domainId = caller.domainId().get();
        return target ->
                switch (target.kind()) {
                    case SYSTEM -> false;
                    case DOMAIN -> target.id().equals(domainId);
                    case PROJECT ->
                            projects.find(tx, target.id())
                                    .filter(it -> it.domainId().equals(domainId))
                                    .isPresent();
                };
    }

    /** The ids in one assignment. */
    record Ref(Actor actor, Target target, String roleId) {
        static Ref of(Assignment assignment) {
            return new Ref(assignment.actor(), assignment.target(), assignment.roleId());
        }

        static Ref of(Effective it) {
            return new Ref(Actor.user(it.userId()), it.target(), it.roleId());
        }
    }

    private AssignmentNames.Lookup lookup(Request request, Transaction tx, List<Ref> refs) {
        return flag(request, "include_names") ? names.look(tx, refs) : AssignmentNames.Lookup.NONE;
    }

    private static ObjectNode direct(Request request, Assignment it, AssignmentNames.Lookup names) {
        ObjectNode node = Json.object();
        node.set("role", names.role(it.roleId()));
        node.set(it.actor().kind().text(), names.actor(it.actor()));
        node.set("scope", scope(it.target(), it.inherited(), names));
        String link =
                path(it.target())
                        + "/"
                        + it.actor().kind().text()
                        + "s/"
                        + it.actor().id()
                        + "/roles/"
                        + it.roleId();
        node.set("links", Json.object().put("assignment", url(request, link, it.inherited())));
        return node;
    }

    private static ObjectNode effective(
            Request request, Effective it, AssignmentNames.Lookup names) {
        ObjectNode node = Json.object();
        node.set("role", names.role(it.roleId()));
        node.set("user", names.actor(Actor.user(it.userId())));
        node.set("scope", scope(it.target(), it.source().isPresent(), names));
        Actor by = it.group().map(Actor::group).orElseGet(() -> Actor.user(it.userId()));
        String link =
                path(it.source().orElse(it.target()))
                        + "/"
                        + by.kind().text()
                        + "s/"
                        + by.id()
                        + "/roles/"
                        + it.priorRole().orElse(it.roleId());
        ObjectNode links =
                Json.object().put("assignment", url(request, link, it.source().isPresent()));
        it.group()
                .ifPresent(group ->
                        links.put(
                                "membership",
                                Views.url(request, "groups/" + group + "/users/" + it.userId())));
        it.priorRole()
                .ifPresent(prior ->
                        links.put(
                                "prior_role",
                                Views.url(request, "roles/" + prior + "/implies/" + it.roleId())));
        node.set("links", links);
        return node;
    }

    private static ObjectNode scope(
            Target target, boolean inherited, AssignmentNames.Lookup names) {
        ObjectNode scope = Json.object();
        if (target.kind() == TargetKind.SYSTEM) {
            scope.set("system", Json.object().put("all", true));
        } else {
            scope.set(target.kind().text(), names.target(target));
        }
        if (inherited) {
            scope.put("OS-INHERIT:inherited_to", "projects");
        }
        return scope;
    }

    private static String path(Target target) {
        return target.kind() == TargetKind.SYSTEM
                ? "system"
                : target.kind().text() + "s/" + target.id();
    }

    private static String url(Request request, String path, boolean inherited) {
        return Views.url(
                request, inherited ? "OS-INHERIT/" + path + "/inherited_to_projects" : path);
    }
}
