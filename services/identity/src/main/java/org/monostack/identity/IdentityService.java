package org.monostack.identity;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.model.Project;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Authenticator;

/** Answers other services from the stores. Stateless. */
final class IdentityService implements Identity {

    private final Authenticator authenticator;
    private final UserStore users;
    private final ProjectStore projects;

    IdentityService(Authenticator authenticator, UserStore users, ProjectStore projects) {
        this.authenticator = authenticator;
        this.users = users;
        this.projects = projects;
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public Optional<ProjectInfo> project(Transaction tx, String id) {
        return projects.find(tx, id)
                .filter(project -> !project.isDomain())
                .map(IdentityService::info);
    }

    @Override
    public Optional<UserInfo> user(Transaction tx, String id) {
        return users.find(tx, id)
                .map(user -> new UserInfo(user.id(), user.name(), user.domainId(), user.enabled()));
    }

    @Override
    public Map<String, String> userNames(Transaction tx, Collection<String> ids) {
        return ids.isEmpty() ? Map.of() : users.names(tx, ids);
    }

    @Override
    public List<ProjectInfo> projectsNamed(Transaction tx, String name) {
        return projects.named(tx, name).stream().map(IdentityService::info).toList();
    }

    private static ProjectInfo info(Project project) {
        // The domain is the parent of a project at the top on the wire, but no project to others.
        return new ProjectInfo(
                project.id(),
                project.name(),
                project.domainId(),
                project.parentId().filter(id -> !id.equals(project.domainId())),
                project.enabled());
    }
}
