package org.monostack.identity.federation;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.directory.Directories;
import org.monostack.identity.federation.Mapped.DomainName;
import org.monostack.identity.federation.Mapped.MappedUser;
import org.monostack.identity.federation.Mapped.ProjectRoles;
import org.monostack.identity.federation.Mapping.NotMapped;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.FederatedIdentity;
import org.monostack.identity.model.Federation.IdentityProvider;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.User;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.FederatedUserStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Accounts of those for whom a provider vouches. One is made at the first log-in, under an id that
 * follows from the domain and what the provider calls the user, and is brought up to date at each.
 * Who was made by the API with the attribute {@code federated} logs in to that account instead.
 *
 * <p>The groups that the provider names hold for as long as a token that is made now, or for the
 * provider's {@code authorization_ttl} if that is longer; a later log-in replaces them. Stateless.
 */
public final class ShadowUsers {

    private static final int LONGEST_USER_NAME = 255;
    private static final int LONGEST_PROJECT_NAME = 64;

    private final UserStore users;
    private final FederatedUserStore identities;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final RoleStore roles;
    private final AssignmentStore assignments;
    private final Directories directories;
    private final Duration tokenLife;

    public ShadowUsers(
            UserStore users,
            FederatedUserStore identities,
            GroupStore groups,
            ProjectStore projects,
            RoleStore roles,
            AssignmentStore assignments,
            Directories directories,
            Duration tokenLife) {
        this.users = users;
        this.identities = identities;
        this.groups = groups;
        this.projects = projects;
        this.roles = roles;
        this.assignments = assignments;
        this.directories = directories;
        this.tokenLife = tokenLife;
    }

    /** The id of the user of ours that the mapping names, who must be there already. */
    String local(Transaction tx, MappedUser user) {
        Optional<User> found =
                user.id().isPresent()
                        ? users.find(tx, user.id().get())
                        : user.domain()
                                .flatMap(domain -> domainId(tx, domain))
                                .flatMap(domain -> users.login(tx, domain, user.name().orElse("")))
                                .map(UserStore.Login::user);
        return found.map(User::id)
                .orElseThrow(() -> new NotMapped("The mapping names a user that is not there."));
    }

    /** The id of the account, which is there afterwards with its groups and roles. */
    String shadow(Transaction tx, IdentityProvider provider, FederatedBy by, Mapped mapped) {
        MappedUser user = mapped.user();
        String name =
                user.name()
                        .or(user::id)
                        .orElseThrow(() ->
                                new NotMapped(
                                        "The mapping rules must specify the user's id or name."));
        String uniqueId = quoted(user.id().orElse(name));
        requireShort("user", name, LONGEST_USER_NAME);
        requireShort("user", uniqueId, LONGEST_USER_NAME);
        String domainId = userDomain(tx, provider, user);
        List<String> groupIds = groupIds(tx, mapped);
        Optional<FederatedIdentity> before = identities.find(tx, by, uniqueId);
        String userId =
                before.map(FederatedIdentity::userId)
                        .orElseGet(() -> accountId(domainId, uniqueId));
        Optional<User> known = users.lock(tx, userId);
        if (known.isEmpty()) {
            directories.requireWritable(tx, domainId);
            users.insertShadow(tx, account(userId, domainId, name, user.email()));
        } else {
            if (before.isEmpty()) {
                requireOwn(tx, provider, known.get());
            }
            // One that did not come to be by such log-ins keeps the name that it was given here.
            boolean own = userId.equals(accountId(known.get().domainId(), uniqueId));
            update(tx, known.get(), own ? name : known.get().name(), user.email());
        }
        identities.insert(tx, new FederatedIdentity(by, uniqueId, userId));
        groups.replaceMembershipsBy(
                tx, provider.id(), userId, groupIds, Optional.of(end(provider)));
        for (ProjectRoles project : mapped.projects()) {
            grant(tx, userId, domainId, provider, project);
        }
        return userId;
    }

    private static String accountId(String domainId, String uniqueId) {
        return Digests.sha256(domainId + "user" + uniqueId);
    }

    /**
     * Providers that share a domain may call different people the same: an account goes to the one
     * that made it, or, if its protocol was taken away meanwhile, to the one whose domain it is in.
     */
    private void requireOwn(Transaction tx, IdentityProvider provider, User account) {
        List<FederatedIdentity> owners = identities.ofUsers(tx, List.of(account.id()));
        boolean own =
                owners.isEmpty()
                        ? account.domainId().equals(provider.domainId())
                                && !directories.keeps(tx, account.id())
                        : owners.stream()
                                .allMatch(it -> it.by().providerId().equals(provider.id()));
        if (!own) {
            throw ApiException.conflict(
                    "Conflict occurred attempting to store federated_user - the account "
                            + account.id()
                            + " is somebody else's.");
        }
    }

    /** As in an address, but for slashes. */
    private static String quoted(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/")
                .replace("%7E", "~")
                .replace("*", "%2A");
    }

    private Instant end(IdentityProvider provider) {
        Duration asked = Duration.ofMinutes(provider.authorizationTtl().orElse(0));
        return Times.now().plus(asked.compareTo(tokenLife) > 0 ? asked : tokenLife);
    }

    private static User account(String id, String domainId, String name, Optional<String> email) {
        ObjectNode extra = Json.object();
        email.ifPresent(it -> extra.put("email", it));
        return User.fresh(id, domainId, name, Times.now(), Json.write(extra));
    }

    private void update(Transaction tx, User before, String name, Optional<String> email) {
        ObjectNode extra = (ObjectNode) Json.read(before.extra());
        email.ifPresent(it -> extra.put("email", it));
        String changed = Json.write(extra);
        if (!before.name().equals(name) || !Json.read(before.extra()).equals(extra)) {
            users.updateShadow(
                    tx,
                    new User(
                            before.id(),
                            before.domainId(),
                            name,
                            before.enabled(),
                            before.defaultProjectId(),
                            before.passwordExpiresAt(),
                            before.passwordChosenAt(),
                            before.passwordRevision(),
                            before.tokensValidFrom(),
                            before.options(),
                            changed,
                            before.revision()));
        }
    }

    private String userDomain(Transaction tx, IdentityProvider provider, MappedUser user) {
        return user.domain()
                .map(it ->
                        domainId(tx, it)
                                .orElseThrow(
                                        () -> new NotMapped("The user's domain is not there.")))
                .orElse(provider.domainId());
    }

    private Optional<String> domainId(Transaction tx, DomainName domain) {
        return domain.id().isPresent()
                ? domain.id().flatMap(id -> projects.findDomain(tx, id)).map(Project::id)
                : domain.name()
                        .flatMap(name -> projects.findDomainNamed(tx, name))
                        .map(Project::id);
    }

    /** A group that is named by its id must be there, one by its name need not. */
    private List<String> groupIds(Transaction tx, Mapped mapped) {
        Set<String> ids = new LinkedHashSet<>();
        for (String id : mapped.groupIds()) {
            if (groups.find(tx, id).isEmpty()) {
                throw new NotMapped("Group " + id + " returned by the mapping was not found.");
            }
            ids.add(id);
        }
        mapped.groups()
                .forEach(group ->
                        domainId(tx, group.domain())
                                .flatMap(domain -> groups.findNamed(tx, domain, group.name()))
                                .map(Group::id)
                                .ifPresent(ids::add));
        return new ArrayList<>(ids);
    }

    private void grant(
            Transaction tx,
            String userId,
            String userDomain,
            IdentityProvider provider,
            ProjectRoles wanted) {
        String domainId =
                wanted.domain()
                        .map(it ->
                                domainId(tx, it)
                                        .orElseThrow(() ->
                                                new NotMapped(
                                                        "The domain of project "
                                                                + wanted.name()
                                                                + " is not there.")))
                        .orElse(provider.domainId());
        List<Role> found = new ArrayList<>();
        for (String name : wanted.roles()) {
            found.add(
                    roles.findNamed(tx, "", name)
                            .or(() -> roles.findNamed(tx, userDomain, name))
                            .orElseThrow(() -> new NotMapped("Could not find role: " + name)));
        }
        String projectId =
                projects.findNamed(tx, domainId, wanted.name())
                        .map(Project::id)
                        .orElseGet(() -> insert(tx, domainId, wanted.name()));
        found.forEach(role ->
                assignments.insert(
                        tx,
                        new Assignment(
                                Actor.user(userId), Target.project(projectId), role.id(), false)));
    }

    private static void requireShort(String what, String name, int longest) {
        if (name.codePointCount(0, name.length()) > longest) {
            throw new NotMapped(
                    "The mapping names a " + what + " by more than " + longest + " characters.");
        }
    }

    private String insert(Transaction tx, String domainId, String name) {
        requireShort("project", name, LONGEST_PROJECT_NAME);
        String id = RandomIds.hex();
        projects.insert(
                tx,
                new Project(
                        id,
                        domainId,
                        Optional.of(domainId),
                        name,
                        false,
                        true,
                        Optional.of(""),
                        "/" + domainId + "/" + id + "/",
                        "{}",
                        "{}",
                        1));
        return id;
    }
}
