package org.monostack.identity.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.directory.Directories;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.User;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.notification.Happening;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.node.ObjectNode;

/** /v3/groups, who is in them, and the groups of a user. */
public final class GroupsApi {

    private static final Set<String> KNOWN =
            Set.of("id", "name", "domain_id", "description", "links");

    private final Database database;
    private final Announcements announcements;
    private final GroupStore groups;
    private final UserStore users;
    private final ProjectStore projects;
    private final Removals removals;
    private final Directories directories;

    public GroupsApi(
            Database database,
            Announcements announcements,
            GroupStore groups,
            UserStore users,
            ProjectStore projects,
            Removals removals,
            Directories directories) {
        this.database = database;
        this.announcements = announcements;
        this.groups = groups;
        this.users = users;
        this.projects = projects;
        this.removals = removals;
        this.directories = directories;
    }

    public void routes(Routes routes) {
        routes.get("/v3/groups", this::list).policyInHandler("identity:list_groups").kept();
        routes.post("/v3/groups", this::create)
                .policyInHandler("identity:create_group")
                .body(Schema.of("identity", "group-create"))
                .answers(201);
        routes.get("/v3/groups/{group_id}", this::show).policyInHandler("identity:get_group");
        routes.patch("/v3/groups/{group_id}", this::update)
                .policyInHandler("identity:update_group")
                .body(Schema.of("identity", "group-update"));
        routes.delete("/v3/groups/{group_id}", this::delete)
                .policyInHandler("identity:delete_group")
                .answers(204);
        routes.get("/v3/groups/{group_id}/users", this::members)
                .policyInHandler("identity:list_users_in_group");
        routes.put("/v3/groups/{group_id}/users/{user_id}", this::add)
                .policyInHandler("identity:add_user_to_group")
                .answers(204);
        routes.get("/v3/groups/{group_id}/users/{user_id}", this::check)
                .policyInHandler("identity:check_user_in_group")
                .answers(204);
        routes.delete("/v3/groups/{group_id}/users/{user_id}", this::remove)
                .policyInHandler("identity:remove_user_from_group")
                .answers(204);
        routes.get("/v3/users/{user_id}/groups", this::ofUser)
                .policyInHandler("identity:list_groups_for_user");
    }

    private Response list(Request request) {
        Caller caller = request.caller();
        Targets target = Targets.none();
        caller.domainId().ifPresent(id -> target.put("target.group.domain_id", id));
        request.authorize("identity:list_groups", target.map());
        Selection selection = Views.selectionWithinOwnDomain(request);
        Optional<List<String>> there =
                caller.domainId()
                        .or(() -> request.query().first("domain_id"))
                        .flatMap(it -> directories.lookAtGroups(it, request.query().first("name")));
        there.ifPresent(elsewhere -> request.answerPasses());
        List<Group> found = database.reading(tx -> groups.list(tx, selection, there));
        return Views.page(request, "groups", found, Group::id, it -> view(request, it));
    }

    private Response show(Request request) {
        database.run(tx -> authorized(request, tx, "identity:get_group"));
        String id = request.pathParameter("group_id");
        if (!directories.lookAtGroup(id)) {
            throw Views.notFound("group", id);
        }
        return database.reading(tx ->
                Views.member(
                        200,
                        "group",
                        view(request, authorized(request, tx, "identity:get_group"))));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "group");
        String domainId =
                fields.text("domain_id").orElseGet(() -> UsersApi.ownDomain(request.caller()));
        request.authorize(
                "identity:create_group",
                Targets.none().put("target.group.domain_id", domainId).map());
        Group group =
                new Group(
                        RandomIds.hex(),
                        domainId,
                        fields.required("name").strip(),
                        Optional.of(fields.text("description").orElse("")),
                        fields.extra("{}", KNOWN));
        return database.inTransaction(tx -> {
            if (projects.findDomain(tx, domainId).isEmpty()) {
                throw Views.notFound("domain", domainId);
            }
            directories.requireWritable(tx, domainId);
            groups.insert(tx, group);
            announcements.created(tx, request, "group", group.id());
            return Views.member(201, "group", view(request, group));
        });
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "group");
        return database.inTransaction(tx -> {
            Group group = authorized(request, tx, "identity:update_group");
            directories.requireWritable(tx, group.domainId());
            if (fields.text("domain_id").filter(it -> !it.equals(group.domainId())).isPresent()) {
                throw ApiException.badRequest("Cannot change Domain ID");
            }
            Group changed =
                    new Group(
                            group.id(),
                            group.domainId(),
                            fields.text("name").orElse(group.name()).strip(),
                            fields.text("description", group.description()),
                            fields.extra(group.extra(), KNOWN));
            groups.update(tx, changed);
            announcements.updated(tx, request, "group", group.id());
            return Views.member(200, "group", view(request, changed));
        });
    }

    private Response delete(Request request) {
        String id = request.pathParameter("group_id");
        database.run(tx -> {
            // As in Keystone, who would delete a group is told first that it is not there.
            Group group = groups.find(tx, id).orElseThrow(() -> Views.notFound("group", id));
            request.authorize(
                    "identity:delete_group", Targets.none().group(Optional.of(group)).map());
            directories.requireWritable(tx, group.domainId());
            removals.groups(tx, List.of(id));
            announcements.deleted(tx, request, "group", id);
        });
        return Response.empty(204);
    }

    private Response members(Request request) {
        Selection selection = Views.selectionWithinOwnDomain(request);
        database.run(tx -> authorized(request, tx, "identity:list_users_in_group"));
        directories.lookAtMembers(request.pathParameter("group_id"));
        List<User> found =
                database.reading(tx -> {
                    Group group = authorized(request, tx, "identity:list_users_in_group");
                    return users.inGroup(tx, group.id(), selection);
                });
        return Views.page(request, "users", found, User::id, it -> UsersApi.view(request, it));
    }

    private Response add(Request request) {
        database.run(tx -> {
            Group group = authorized(request, tx, "identity:add_user_to_group");
            directories.requireWritable(tx, group.domainId());
            String userId = request.pathParameter("user_id");
            groups.addMember(tx, group.id(), userId);
            announcements.tell(tx, request, Happening.membership(group.id(), userId, true));
        });
        return Response.empty(204);
    }

    private Response check(Request request) {
        database.run(tx -> authorized(request, tx, "identity:check_user_in_group"));
        directories.lookAtGroupsOf(request.pathParameter("user_id"));
        database.run(tx -> {
            Group group = authorized(request, tx, "identity:check_user_in_group");
            String userId = request.pathParameter("user_id");
            if (!groups.hasMember(tx, group.id(), userId)) {
                throw notAMember(userId, group);
            }
        });
        return Response.empty(204);
    }

    private Response remove(Request request) {
        database.run(tx -> {
            Group group = authorized(request, tx, "identity:remove_user_from_group");
            directories.requireWritable(tx, group.domainId());
            String userId = request.pathParameter("user_id");
            if (!groups.removeMember(tx, group.id(), userId)) {
                throw notAMember(userId, group);
            }
            announcements.tell(tx, request, Happening.membership(group.id(), userId, false));
        });
        return Response.empty(204);
    }

    private static ApiException notAMember(String userId, Group group) {
        return ApiException.notFound(
                "User '" + userId + "' not found in group '" + group.id() + "'.");
    }

    private Response ofUser(Request request) {
        String id = request.pathParameter("user_id");
        Selection selection = Views.selectionWithinOwnDomain(request);
        database.run(tx -> {
            Optional<User> user = users.find(tx, id);
            request.authorize(
                    "identity:list_groups_for_user", Targets.none().userId(id).user(user).map());
            if (user.isEmpty()) {
                throw Views.notFound("user", id);
            }
        });
        directories.lookAtGroupsOf(id);
        List<Group> found = database.reading(tx -> groups.ofUser(tx, id, selection));
        Map<String, Instant> ends = database.reading(tx -> groups.expiries(tx, id));
        return Views.page(
                request,
                "groups",
                found,
                Group::id,
                it -> {
                    ObjectNode node = view(request, it);
                    Optional.ofNullable(ends.get(it.id()))
                            .ifPresent(end -> node.put("membership_expires_at", Views.time(end)));
                    return node;
                });
    }

    /** The group in the path, and that the user there exists if the path names one. */
    private Group authorized(Request request, Transaction tx, String rule) {
        String id = request.pathParameter("group_id");
        Optional<Group> group = groups.find(tx, id);
        Optional<String> userId = request.optionalPathParameter("user_id");
        Optional<User> user = userId.flatMap(it -> users.find(tx, it));
        request.authorize(rule, Targets.none().group(group).user(user).map());
        Group found = group.orElseThrow(() -> Views.notFound("group", id));
        if (userId.isPresent() && user.isEmpty()) {
            throw Views.notFound("user", userId.get());
        }
        return found;
    }

    static ObjectNode view(Request request, Group group) {
        ObjectNode node = Views.extra(group.extra());
        node.put("id", group.id()).put("name", group.name()).put("domain_id", group.domainId());
        Fields.put(node, "description", group.description());
        return Views.linked(request, node, "groups/" + group.id());
    }
}
