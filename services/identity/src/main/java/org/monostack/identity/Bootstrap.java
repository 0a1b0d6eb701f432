package org.monostack.identity;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.auth.SeededPasswords;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Region;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.Service;
import org.monostack.identity.model.User;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;

/** Seeds straight through the stores: there is nobody yet who could be authorized. Stateless. */
final class Bootstrap implements IdentityBootstrap {

    private final Database database;
    private final UserStore users;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final RoleStore roles;
    private final AssignmentStore assignments;
    private final CatalogStore catalog;
    private final SeededPasswords passwords;

    Bootstrap(
            Database database,
            UserStore users,
            GroupStore groups,
            ProjectStore projects,
            RoleStore roles,
            AssignmentStore assignments,
            CatalogStore catalog,
            SeededPasswords passwords) {
        this.database = database;
        this.users = users;
        this.groups = groups;
        this.projects = projects;
        this.roles = roles;
        this.assignments = assignments;
        this.catalog = catalog;
        this.passwords = passwords;
    }

    @Override
    public String ensureDomain(String id, String name) {
        database.run(tx -> {
            if (projects.find(tx, id).isEmpty()) {
                projects.insert(tx, Project.domain(id, name, "The " + id + " domain"));
            }
        });
        return id;
    }

    @Override
    public String ensureProject(String domainId, String name, String description) {
        return database.inTransaction(tx -> {
            Optional<Project> found = projects.findNamed(tx, domainId, name);
            if (found.isPresent()) {
                return found.get().id();
            }
            String id = RandomIds.hex();
            Project domain = projects.findDomain(tx, domainId).orElseThrow();
            projects.insert(
                    tx,
                    new Project(
                            id,
                            domainId,
                            Optional.of(domainId),
                            name,
                            false,
                            true,
                            Optional.of(description),
                            domain.path() + id + "/",
                            "{}",
                            "{}",
                            1));
            return id;
        });
    }

    @Override
    public String ensureUser(String domainId, String name, String password) {
        Optional<UserStore.Login> login =
                database.inTransaction(tx -> users.login(tx, domainId, name));
        if (login.isPresent()) {
            reset(login.get(), password);
            return login.get().user().id();
        }
        String hash = passwords.hash(password);
        User user = User.fresh(RandomIds.hex(), domainId, name, Times.now(), "{}");
        database.run(tx -> users.insert(tx, user, Optional.of(hash)));
        passwords.remember(user.id(), user.passwordRevision(), password);
        return user.id();
    }

    private void reset(UserStore.Login login, String password) {
        User user = login.user();
        if (!passwords.matches(user.id(), user.passwordRevision(), password, login.hash())) {
            String hash = passwords.hash(password);
            database.run(tx ->
                    users.setPassword(
                            tx,
                            users.lock(tx, user.id()).orElseThrow(),
                            Optional.of(hash),
                            Optional.empty()));
        }
        long revision =
                database.inTransaction(
                        tx -> users.find(tx, user.id()).orElseThrow().passwordRevision());
        passwords.remember(user.id(), revision, password);
    }

    @Override
    public String ensureGroup(String domainId, String name) {
        return database.inTransaction(tx -> {
            Optional<Group> found = groups.findNamed(tx, domainId, name);
            if (found.isPresent()) {
                return found.get().id();
            }
            Group group = new Group(RandomIds.hex(), domainId, name, Optional.of(""), "{}");
            groups.insert(tx, group);
            return group.id();
        });
    }

    @Override
    public void ensureMember(String groupId, String userId) {
        database.run(tx -> groups.addMember(tx, groupId, userId));
    }

    @Override
    public String ensureRole(String name) {
        return database.inTransaction(tx -> {
            Optional<Role> found = roles.findNamed(tx, "", name);
            if (found.isPresent()) {
                return found.get().id();
            }
            Role role = new Role(RandomIds.hex(), "", name, Optional.empty(), "{}", "{}");
            roles.insert(tx, role);
            return role.id();
        });
    }

    @Override
    public void ensureImpliedRole(String priorRoleId, String impliedRoleId) {
        database.run(tx -> roles.addImplication(tx, priorRoleId, impliedRoleId));
    }

    private void grant(Actor actor, Target target, String roleId) {
        Assignment assignment = new Assignment(actor, target, roleId, false);
        database.run(tx -> assignments.insert(tx, assignment));
    }

    @Override
    public void grantOnProject(String userId, String projectId, String roleId) {
        grant(Actor.user(userId), Target.project(projectId), roleId);
    }

    @Override
    public void grantOnDomain(String userId, String domainId, String roleId) {
        grant(Actor.user(userId), Target.domain(domainId), roleId);
    }

    @Override
    public void grantOnSystem(String userId, String roleId) {
        grant(Actor.user(userId), Target.SYSTEM, roleId);
    }

    @Override
    public void grantGroupOnProject(String groupId, String projectId, String roleId) {
        grant(Actor.group(groupId), Target.project(projectId), roleId);
    }

    @Override
    public void ensureRegion(String id) {
        database.run(tx -> {
            if (catalog.region(tx, id).isEmpty()) {
                catalog.insert(tx, new Region(id, "", Optional.empty(), "{}"));
            }
        });
    }

    private static Selection where(String field, String value) {
        return new Selection(
                List.of(new Filter(field, Filter.Operator.EQUALS, value)),
                Selection.ALL.marker(),
                Selection.ALL.limit());
    }

    @Override
    public String ensureService(String type, String name, String description) {
        return database.inTransaction(tx -> {
            for (Service service : catalog.services(tx, where("type", type))) {
                if (service.name().orElse("").equals(name)) {
                    return service.id();
                }
            }
            Service service =
                    new Service(
                            RandomIds.hex(),
                            type,
                            Optional.of(name),
                            Optional.of(description),
                            true,
                            "{}");
            catalog.insert(tx, service);
            return service.id();
        });
    }

    @Override
    public String ensureEndpoint(String serviceId, String kind, String regionId, String url) {
        return database.inTransaction(tx -> {
            for (Endpoint found : catalog.endpoints(tx, where("service_id", serviceId))) {
                if (found.kind().equals(kind)
                        && found.regionId().filter(regionId::equals).isPresent()) {
                    if (!found.url().equals(url)) {
                        catalog.update(tx, at(found, url));
                    }
                    return found.id();
                }
            }
            Endpoint endpoint =
                    new Endpoint(
                            RandomIds.hex(),
                            serviceId,
                            kind,
                            Optional.of(regionId),
                            url,
                            true,
                            "{}");
            catalog.insert(tx, endpoint);
            return endpoint.id();
        });
    }

    private static Endpoint at(Endpoint endpoint, String url) {
        return new Endpoint(
                endpoint.id(),
                endpoint.serviceId(),
                endpoint.kind(),
                endpoint.regionId(),
                url,
                endpoint.enabled(),
                endpoint.extra());
    }
}
