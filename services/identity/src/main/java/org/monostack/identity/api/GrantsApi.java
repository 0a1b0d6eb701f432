package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.ActorKind;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.User;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.notification.Happening;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import tools.jackson.databind.node.ObjectNode;

/**
 * Single role assignments by their paths: {@code /v3/{projects|domains}/{id}/{users|groups}/{id}/
 * roles/{id}}, the same below OS-INHERIT for inherited ones, and on the system.
 */
public final class GrantsApi {

    private final Database database;
    private final Announcements announcements;
    private final AssignmentStore assignments;
    private final RoleStore roles;
    private final UserStore users;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final ApplicationCredentialStore credentials;

    /** One family of paths: which kind of actor gets which kind of target. */
    private record Family(ActorKind actor, TargetKind target, boolean inherited) {}

    /** What a path names, found and authorized. */
    private record Found(Actor actor, Target target, Optional<Role> role, boolean inherited) {
        Assignment assignment() {
            return new Assignment(actor, target, role.orElseThrow().id(), inherited);
        }
    }

    public GrantsApi(
            Database database,
            Announcements announcements,
            AssignmentStore assignments,
            RoleStore roles,
            UserStore users,
            GroupStore groups,
            ProjectStore projects,
            ApplicationCredentialStore credentials) {
        this.database = database;
        this.announcements = announcements;
        this.assignments = assignments;
        this.roles = roles;
        this.users = users;
        this.groups = groups;
        this.projects = projects;
        this.credentials = credentials;
    }

    public void routes(Routes routes) {
        for (ActorKind actor : ActorKind.values()) {
            String who = "/" + actor.text() + "s/{" + actor.text() + "_id}/roles";
            for (TargetKind target : List.of(TargetKind.PROJECT, TargetKind.DOMAIN)) {
                String where = "/" + target.text() + "s/{" + target.text() + "_id}" + who;
                add(routes, "/v3" + where, "", new Family(actor, target, false));
                add(
                        routes,
                        "/v3/OS-INHERIT" + where,
                        "/inherited_to_projects",
                        new Family(actor, target, true));
            }
            add(routes, "/v3/system" + who, "", new Family(actor, TargetKind.SYSTEM, false));
        }
    }

    private void add(Routes routes, String list, String suffix, Family family) {
        String one = list + "/{role_id}" + suffix;
        routes.get(list + suffix, request -> list(request, family))
                .policyInHandler(rule(family, "list"));
        routes.put(one, request -> create(request, family))
                .policyInHandler(rule(family, "create"))
                .answers(204);
        routes.get(one, request -> check(request, family))
                .policyInHandler(rule(family, "check"))
                .answers(204);
        routes.delete(one, request -> delete(request, family))
                .policyInHandler(rule(family, "revoke"))
                .answers(204);
    }

    private static String rule(Family family, String verb) {
        boolean several = verb.equals("list");
        return family.target() == TargetKind.SYSTEM
                ? "identity:"
                        + verb
                        + "_system_grant"
                        + (several ? "s" : "")
                        + "_for_"
                        + family.actor().text()
                : "identity:" + verb + "_grant" + (several ? "s" : "");
    }

    private Response list(Request request, Family family) {
        return database.inTransaction(tx -> {
            Found found = find(request, tx, family, "list");
            List<String> ids =
                    assignments.roleIds(tx, found.actor(), found.target(), family.inherited());
            List<ObjectNode> nodes =
                    roles.findAll(tx, ids).stream()
                            .map(role -> RolesApi.view(request, role))
                            .toList();
            return Views.collection(request, "roles", nodes);
        });
    }

    private Response create(Request request, Family family) {
        database.run(tx -> {
            Found found = find(request, tx, family, "create");
            Role role = found.role().orElseThrow();
            if (!role.isGlobal() && !roleFits(tx, role, found.target())) {
                throw ApiException.forbidden(
                        "Role " + role.id() + " belongs to another domain than the target.");
            }
            assignments.insert(tx, found.assignment());
            announcements.tell(tx, request, Happening.grant(found.assignment(), true));
        });
        return Response.empty(204);
    }

    private boolean roleFits(Transaction tx, Role role, Target target) {
        return switch (target.kind()) {
            case SYSTEM -> false;
            case DOMAIN -> target.id().equals(role.domainId());
            case PROJECT ->
                    projects.find(tx, target.id())
                            .filter(project -> project.domainId().equals(role.domainId()))
                            .isPresent();
        };
    }

    private Response check(Request request, Family family) {
        database.run(tx -> {
            Found found = find(request, tx, family, "check");
            requireThere(found, assignments.exists(tx, found.assignment()));
        });
        return Response.empty(204);
    }

    private Response delete(Request request, Family family) {
        database.run(tx -> {
            Found found = find(request, tx, family, "revoke");
            requireThere(found, assignments.delete(tx, found.assignment()));
            // A program must not keep what its owner lost, even if the role comes back.
            if (found.actor().kind() == ActorKind.USER
                    && found.target().kind() == TargetKind.PROJECT) {
                credentials.deleteOf(tx, found.actor().id(), found.target().id());
            }
            announcements.tell(tx, request, Happening.grant(found.assignment(), false));
        });
        return Response.empty(204);
    }

    private static void requireThere(Found found, boolean there) {
        if (!there) {
            throw ApiException.notFound(
                    "Could not find role assignment with role: "
                            + found.role().map(Role::id).orElse("")
                            + ", "
                            + found.actor().kind().text()
                            + ": "
                            + found.actor().id()
                            + ", "
                            + found.target().kind().text()
                            + ": "
                            + found.target().id()
                            + ".");
        }
    }

    private Found find(Request request, Transaction tx, Family family, String verb) {
        Targets about = Targets.none();
        Optional<String> roleId = request.optionalPathParameter("role_id");
        Optional<Role> role = roleId.flatMap(id -> roles.find(tx, id));
        about.role(role);
        Optional<ApiException> missing = Optional.empty();
        if (roleId.isPresent() && role.isEmpty()) {
            missing = Optional.of(Views.notFound("role", roleId.get()));
        }
        String actorId = request.pathParameter(family.actor().text() + "_id");
        if (family.actor() == ActorKind.USER) {
            Optional<User> user = users.find(tx, actorId);
            about.user(user);
            if (user.isEmpty()) {
                missing = missing.or(() -> Optional.of(Views.notFound("user", actorId)));
            }
        } else {
            Optional<Group> group = groups.find(tx, actorId);
            about.group(group);
            if (group.isEmpty()) {
                missing = missing.or(() -> Optional.of(Views.notFound("group", actorId)));
            }
        }
        Target target = Target.SYSTEM;
        if (family.target() != TargetKind.SYSTEM) {
            String what = family.target().text();
            String id = request.pathParameter(what + "_id");
            boolean domain = family.target() == TargetKind.DOMAIN;
            Optional<Project> place =
                    projects.find(tx, id).filter(project -> project.isDomain() || !domain);
            if (domain) {
                about.domain(place);
            } else {
                about.project(place);
            }
            if (place.isEmpty()) {
                missing = missing.or(() -> Optional.of(Views.notFound(what, id)));
            }
            target = new Target(family.target(), id);
        }
        request.authorize(rule(family, verb), about.map());
        if (missing.isPresent()) {
            throw missing.get();
        }
        return new Found(new Actor(family.actor(), actorId), target, role, family.inherited());
    }
}
