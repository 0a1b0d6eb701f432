package org.monostack.identity.api;

import java.util.Collection;
import java.util.List;
import org.monostack.identity.model.Project;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.OfProjects;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Transaction;

/** Takes things away with all that hangs on them, in the caller's transaction. Stateless. */
public final class Removals {

    private final UserStore users;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final RoleStore roles;
    private final AssignmentStore assignments;
    private final TrustStore trusts;
    private final List<OfProjects> hanging;

    /**
     * @param hanging what ends with projects, the trusts among them
     */
    public Removals(
            UserStore users,
            GroupStore groups,
            ProjectStore projects,
            RoleStore roles,
            AssignmentStore assignments,
            TrustStore trusts,
            List<OfProjects> hanging) {
        this.users = users;
        this.groups = groups;
        this.projects = projects;
        this.roles = roles;
        this.assignments = assignments;
        this.trusts = trusts;
        this.hanging = List.copyOf(hanging);
    }

    /** Users with their assignments, trusts, memberships and credentials. */
    public void users(Transaction tx, Collection<String> ids) {
        assignments.deleteActors(tx, ids);
        trusts.deleteOfUsers(tx, ids);
        ids.forEach(id -> users.delete(tx, id));
    }

    public void groups(Transaction tx, Collection<String> ids) {
        assignments.deleteActors(tx, ids);
        ids.forEach(id -> groups.delete(tx, id));
    }

    /** Projects, which must have nothing below them but each other. */
    public void projects(Transaction tx, Collection<String> ids) {
        assignments.deleteTargets(tx, ids);
        hanging.forEach(it -> it.deleteInProjects(tx, ids));
        ids.forEach(id -> users.forgetDefaultProject(tx, id));
        projects.delete(tx, ids);
    }

    /** A domain with all its users, groups, roles and projects. */
    public void domain(Transaction tx, Project domain) {
        users(tx, users.idsInDomain(tx, domain.id()));
        groups(tx, groups.idsInDomain(tx, domain.id()));
        projects(tx, projects.subtree(tx, domain).stream().map(Project::id).toList());
        roles.deleteInDomain(tx, domain.id());
        projects(tx, List.of(domain.id()));
    }
}
