package org.monostack.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.monostack.identity.api.ApplicationCredentialsApi;
import org.monostack.identity.api.AssignmentNames;
import org.monostack.identity.api.AuthApi;
import org.monostack.identity.api.CredentialsApi;
import org.monostack.identity.api.Delegated;
import org.monostack.identity.api.DiscoveryApi;
import org.monostack.identity.api.DomainsApi;
import org.monostack.identity.api.EndpointFilterApi;
import org.monostack.identity.api.EndpointsApi;
import org.monostack.identity.api.ErrorView;
import org.monostack.identity.api.GrantsApi;
import org.monostack.identity.api.GroupsApi;
import org.monostack.identity.api.PoliciesApi;
import org.monostack.identity.api.ProjectsApi;
import org.monostack.identity.api.RegionsApi;
import org.monostack.identity.api.Removals;
import org.monostack.identity.api.RoleAssignmentsApi;
import org.monostack.identity.api.RolesApi;
import org.monostack.identity.api.ServicesApi;
import org.monostack.identity.api.TagsApi;
import org.monostack.identity.api.TokenView;
import org.monostack.identity.api.TrustsApi;
import org.monostack.identity.api.UsersApi;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.Catalog;
import org.monostack.identity.auth.Delegations;
import org.monostack.identity.auth.EffectiveAssignments;
import org.monostack.identity.auth.Logins;
import org.monostack.identity.auth.PasswordRules;
import org.monostack.identity.auth.Passwords;
import org.monostack.identity.auth.SeededPasswords;
import org.monostack.identity.auth.TokenAuthenticator;
import org.monostack.identity.auth.Tokens;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.CredentialStore;
import org.monostack.identity.store.EndpointFilterStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.PolicyStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleGraph;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TokenStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.crypto.FernetKeys;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Routes;
import org.monostack.platform.policy.Policy;

/**
 * Wires the identity service. Brings its schema up to date and makes its keys if there are none.
 */
public final class IdentityModule {

    private final Database database;
    private final IdentityConfig config;

    private final UserStore users = new UserStore();
    private final GroupStore groups = new GroupStore();
    private final ProjectStore projects = new ProjectStore();
    private final RoleStore roles = new RoleStore();
    private final AssignmentStore assignments = new AssignmentStore();
    private final CatalogStore catalogStore = new CatalogStore();
    private final SubjectStore subjects = new SubjectStore(new RoleGraph());
    private final TrustStore trusts = new TrustStore();
    private final ApplicationCredentialStore credentials = new ApplicationCredentialStore();

    private final CredentialStore secrets;
    private final Passwords passwords;
    private final Delegations delegations;
    private final Tokens tokens;
    private final Authenticator authenticator;
    private final HttpService httpService;

    public IdentityModule(Database database, IdentityConfig config) {
        this.database = database;
        this.config = config;
        database.migrate("identity");
        secrets = new CredentialStore(keys("credential-keys"));
        passwords = new Passwords(config.bcryptCost(), config.passwordMemory());
        delegations = new Delegations(trusts, credentials, roles, subjects);
        tokens = new Tokens(config, keys("fernet-keys"), new TokenStore(), subjects, delegations);
        authenticator = new TokenAuthenticator(database, tokens);
        Policy policy = IdentityPolicy.defaults().with(config.policyOverrides());
        httpService =
                new HttpService(
                        "identity",
                        routes(),
                        new ErrorView(),
                        Optional.empty(),
                        authenticator,
                        policy);
    }

    private Fernet keys(String name) {
        try {
            PrivateFiles.createDirectories(config.keys());
            FernetKeys keys = new FernetKeys(config.keys().resolve(name));
            keys.createIfAbsent();
            return keys.load();
        } catch (IOException e) {
            throw new UncheckedIOException("keys in " + config.keys(), e);
        }
    }

    private Routes routes() {
        Logins logins =
                new Logins(database, users, projects, credentials, passwords, config.compliance());
        Authentication authentication =
                new Authentication(
                        database, tokens, logins, subjects, users, projects, trusts, delegations);
        EndpointFilterStore filters = new EndpointFilterStore();
        Catalog catalog = new Catalog(catalogStore, filters);
        EffectiveAssignments effective =
                new EffectiveAssignments(assignments, groups, projects, roles);
        Removals removals =
                new Removals(
                        users, groups, projects, roles, assignments, trusts, secrets, credentials);
        Routes routes = new Routes();
        new DiscoveryApi().routes(routes);
        new AuthApi(
                        database,
                        authentication,
                        tokens,
                        new TokenView(catalog),
                        catalog,
                        effective,
                        projects,
                        users)
                .routes(routes);
        PasswordRules rules = new PasswordRules(config, passwords);
        new UsersApi(database, users, projects, logins, rules, removals).routes(routes);
        new ProjectsApi(database, projects, removals).routes(routes);
        new TagsApi(database, projects).routes(routes);
        new DomainsApi(database, projects, removals).routes(routes);
        new GroupsApi(database, groups, users, projects, removals).routes(routes);
        new RolesApi(database, roles, projects).routes(routes);
        new GrantsApi(database, assignments, roles, users, groups, projects, credentials)
                .routes(routes);
        new RoleAssignmentsApi(
                        database,
                        assignments,
                        effective,
                        projects,
                        new AssignmentNames(users, groups, projects, roles))
                .routes(routes);
        new RegionsApi(database, catalogStore).routes(routes);
        new ServicesApi(database, catalogStore).routes(routes);
        new EndpointsApi(database, catalogStore).routes(routes);
        new EndpointFilterApi(database, filters, catalogStore, projects).routes(routes);
        Delegated delegated = new Delegated(tokens);
        new TrustsApi(database, trusts, users, roles, subjects, delegated).routes(routes);
        new ApplicationCredentialsApi(database, credentials, roles, subjects, passwords, delegated)
                .routes(routes);
        new CredentialsApi(database, secrets, users, projects, delegated).routes(routes);
        new PoliciesApi(database, new PolicyStore()).routes(routes);
        return routes;
    }

    /** What the listener serves, under the name {@code identity}. */
    public HttpService httpService() {
        return httpService;
    }

    public Identity identity() {
        return new IdentityService(authenticator, users, projects);
    }

    public IdentityBootstrap bootstrap() {
        return new Bootstrap(
                database,
                users,
                groups,
                projects,
                roles,
                assignments,
                catalogStore,
                new SeededPasswords(config.keys().resolve("seeded-passwords.json"), passwords));
    }
}
