package org.monostack.identity;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.monostack.identity.api.AccessRulesApi;
import org.monostack.identity.api.ApplicationCredentialsApi;
import org.monostack.identity.api.AssignmentNames;
import org.monostack.identity.api.AuthApi;
import org.monostack.identity.api.CredentialsApi;
import org.monostack.identity.api.Delegated;
import org.monostack.identity.api.DiscoveryApi;
import org.monostack.identity.api.DomainConfigApi;
import org.monostack.identity.api.DomainsApi;
import org.monostack.identity.api.EndpointFilterApi;
import org.monostack.identity.api.EndpointsApi;
import org.monostack.identity.api.ErrorView;
import org.monostack.identity.api.FederatedAttribute;
import org.monostack.identity.api.FederatedAuthApi;
import org.monostack.identity.api.GrantsApi;
import org.monostack.identity.api.GroupsApi;
import org.monostack.identity.api.IdentityProvidersApi;
import org.monostack.identity.api.LimitsApi;
import org.monostack.identity.api.MappingsApi;
import org.monostack.identity.api.OAuth2Api;
import org.monostack.identity.api.OAuthApi;
import org.monostack.identity.api.OwnPasswordApi;
import org.monostack.identity.api.PoliciesApi;
import org.monostack.identity.api.PolicyAssociationsApi;
import org.monostack.identity.api.ProjectsApi;
import org.monostack.identity.api.RegionsApi;
import org.monostack.identity.api.RegisteredLimitsApi;
import org.monostack.identity.api.Removals;
import org.monostack.identity.api.RoleAssignmentsApi;
import org.monostack.identity.api.RolesApi;
import org.monostack.identity.api.SamlConsumerApi;
import org.monostack.identity.api.SamlVouchingApi;
import org.monostack.identity.api.ServiceProvidersApi;
import org.monostack.identity.api.ServicesApi;
import org.monostack.identity.api.SignedRequestsApi;
import org.monostack.identity.api.TagsApi;
import org.monostack.identity.api.TokenView;
import org.monostack.identity.api.TrustsApi;
import org.monostack.identity.api.UsersApi;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.Catalog;
import org.monostack.identity.auth.ClientCertificates;
import org.monostack.identity.auth.Delegations;
import org.monostack.identity.auth.Ec2Logins;
import org.monostack.identity.auth.EffectiveAssignments;
import org.monostack.identity.auth.Factors;
import org.monostack.identity.auth.LoginLimits;
import org.monostack.identity.auth.LoginMethod;
import org.monostack.identity.auth.Logins;
import org.monostack.identity.auth.OAuth1;
import org.monostack.identity.auth.PasswordRules;
import org.monostack.identity.auth.Passwords;
import org.monostack.identity.auth.Scopes;
import org.monostack.identity.auth.SeededPasswords;
import org.monostack.identity.auth.TokenAuthenticator;
import org.monostack.identity.auth.Tokens;
import org.monostack.identity.auth.Totp;
import org.monostack.identity.directory.Directories;
import org.monostack.identity.federation.BrowserLogins;
import org.monostack.identity.federation.CertificateLogins;
import org.monostack.identity.federation.FederatedLogins;
import org.monostack.identity.federation.FederationFile;
import org.monostack.identity.federation.OpenIdProviders;
import org.monostack.identity.federation.SamlLogins;
import org.monostack.identity.federation.SamlProviders;
import org.monostack.identity.federation.SamlSelf;
import org.monostack.identity.federation.SamlVouching;
import org.monostack.identity.federation.ShadowUsers;
import org.monostack.identity.invariant.AssignmentInvariants;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.saml.SamlKeyFile;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.CatalogStore;
import org.monostack.identity.store.CredentialStore;
import org.monostack.identity.store.DirectoryStore;
import org.monostack.identity.store.DomainOptionStore;
import org.monostack.identity.store.EndpointFilterStore;
import org.monostack.identity.store.FederatedUserStore;
import org.monostack.identity.store.FederationStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.LimitStore;
import org.monostack.identity.store.OAuthStore;
import org.monostack.identity.store.PolicyStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SamlStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.identity.store.TokenStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.database.ChangeCount;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Routes;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.policy.Policy;

/**
 * Wires the identity service. Brings its schema up to date and makes its keys if there are none.
 */
public final class IdentityModule {

    private final Database database;
    private final IdentityConfig config;
    private final IdentityKeys keys;
    private final Announcements announcements;

    private final UserStore users = new UserStore();
    private final GroupStore groups = new GroupStore();
    private final ProjectStore projects = new ProjectStore();
    private final RoleStore roles = new RoleStore();
    private final AssignmentStore assignments = new AssignmentStore();
    private final CatalogStore catalogStore = new CatalogStore();
    private final TrustStore trusts = new TrustStore();
    private final ApplicationCredentialStore credentials = new ApplicationCredentialStore();

    private final LimitStore limits = new LimitStore();
    private final FederationStore federation = new FederationStore();
    private final EndpointFilterStore endpointFilters = new EndpointFilterStore();

    private final SubjectStore subjects;
    private final CredentialStore secrets;
    private final OAuthStore oauth;
    private final DomainOptionStore domainOptions;
    private final Passwords passwords;
    private final KnownRows known;
    private final Delegations delegations;
    private final Tokens tokens;
    private final ClientCertificates certificates;
    private final Authenticator authenticator;
    private final HttpService httpService;

    /** One that tells nobody of what it does. */
    public IdentityModule(Database database, IdentityConfig config) {
        this(database, config, IdentityNotifications.none());
    }

    /**
     * @param told who is told of changes
     */
    public IdentityModule(Database database, IdentityConfig config, IdentityNotifications told) {
        this.database = database;
        this.config = config;
        this.keys = new IdentityKeys(config);
        this.announcements = told.announcements();
        database.migrate("identity");
        List.of("notification", "notification_courier", "stored_token")
                .forEach(table -> database.doNotCount("identity." + table));
        ChangeCount changes = database.changes("identity");
        subjects = new SubjectStore(database);
        Supplier<Fernet> credentialKeys = keys.symmetric("credential-keys");
        secrets = new CredentialStore(credentialKeys);
        oauth = new OAuthStore(credentialKeys);
        domainOptions = new DomainOptionStore(credentialKeys);
        passwords = new Passwords(config.bcryptCost(), config.passwordMemory());
        known =
                new KnownRows(
                        new KnownRows.Stores(
                                users,
                                projects,
                                roles,
                                catalogStore,
                                endpointFilters,
                                new KnownRows.Delegating(trusts, credentials, oauth),
                                federation,
                                domainOptions),
                        changes);
        delegations = new Delegations(known, subjects);
        tokens =
                new Tokens(
                        config,
                        new Tokens.Keys(keys.symmetric("fernet-keys"), keys.signing()),
                        new TokenStore(),
                        subjects,
                        delegations,
                        known);
        certificates = new ClientCertificates(config.oauth2().certificates());
        authenticator = new TokenAuthenticator(database, tokens, certificates);
        Policy policy =
                IdentityPolicy.defaults(config.enforceScope()).with(config.policyOverrides());
        httpService =
                new HttpService(
                        "identity",
                        routes(),
                        new ErrorView(),
                        Optional.empty(),
                        authenticator,
                        policy);
    }

    private Routes routes() {
        LoginLimits guesses = new LoginLimits(config.loginFailures());
        Logins logins =
                new Logins(
                        database,
                        users,
                        credentials,
                        known,
                        passwords,
                        config.compliance(),
                        guesses);
        DirectoryStore directoryEntries = new DirectoryStore();
        Directories directories = new Directories(database, known, users, groups, directoryEntries);
        FederationFile settings = new FederationFile(config.settings().resolve("federation.yaml"));
        OpenIdProviders openId = new OpenIdProviders(settings);
        FederatedUserStore federatedUsers = new FederatedUserStore();
        FederatedLogins federated =
                new FederatedLogins(
                        database,
                        federation,
                        openId,
                        new ShadowUsers(
                                users,
                                federatedUsers,
                                groups,
                                projects,
                                roles,
                                assignments,
                                directories,
                                config.tokenLife()));
        Map<String, LoginMethod> methods =
                new HashMap<>(
                        Map.of(
                                "password",
                                guesses.guard(directories.passwords(logins::password)),
                                "application_credential",
                                guesses.guard(logins::applicationCredential),
                                "totp",
                                guesses.guard(new Totp(database, logins, secrets)),
                                "oauth1",
                                new OAuth1(database, oauth)));
        Authentication.FEDERATED.forEach(method ->
                methods.put(method, (given, request) -> federated.prove(method, given, request)));
        Authentication authentication =
                new Authentication(
                        database,
                        tokens,
                        methods,
                        new Factors(keys.symmetric("receipt-keys")),
                        new Scopes(subjects, known),
                        new Authentication.Stores(subjects, known, trusts),
                        delegations);
        Catalog catalog = new Catalog(known);
        EffectiveAssignments effective =
                new EffectiveAssignments(assignments, groups, projects, roles);
        Removals removals =
                new Removals(
                        users,
                        groups,
                        projects,
                        roles,
                        assignments,
                        trusts,
                        List.of(
                                trusts,
                                secrets,
                                credentials,
                                oauth,
                                limits,
                                domainOptions,
                                directoryEntries,
                                federation));
        Routes routes = new Routes().checkPolicyBeforeSchema().keepAnswers(database, "identity");
        new DiscoveryApi().routes(routes);
        TokenView tokenView = new TokenView(catalog, groups, known, database.changes("identity"));
        new AuthApi(
                        database,
                        authentication,
                        tokens,
                        tokenView,
                        catalog,
                        effective,
                        projects,
                        users)
                .routes(routes);
        new OAuth2Api(
                        authentication,
                        config.oauth2().methods(),
                        certificates,
                        new CertificateLogins(
                                database,
                                authentication,
                                directories,
                                known,
                                federation,
                                config.oauth2().mappingId()))
                .routes(routes);
        SamlProviders saml = new SamlProviders(settings, config.saml().sha1Providers());
        Supplier<Fernet> browserKeys = keys.symmetric("sso-keys");
        BrowserLogins browsers =
                new BrowserLogins(
                        database, federation, settings, openId, saml, federated, browserKeys);
        SamlSelf self =
                new SamlSelf(
                        database,
                        catalogStore,
                        settings,
                        config.saml(),
                        new SamlKeyFile(config.keys().resolve("saml-key.pem")));
        SamlLogins samlLogins =
                new SamlLogins(
                        database, new SamlStore(), saml, self, federated, browsers, browserKeys);
        new FederatedAuthApi(database, authentication, tokenView, browsers, samlLogins)
                .routes(routes);
        new SamlConsumerApi(authentication, samlLogins, self).routes(routes);
        new SamlVouchingApi(
                        new SamlVouching(database, tokens, federation, groups, projects, self),
                        self)
                .routes(routes);
        PasswordRules rules = new PasswordRules(config, passwords);
        new UsersApi(
                        database,
                        announcements,
                        users,
                        new FederatedAttribute(federatedUsers, federation),
                        projects,
                        rules,
                        removals,
                        directories)
                .routes(routes);
        new OwnPasswordApi(database, announcements, users, logins, rules).routes(routes);
        new ProjectsApi(database, announcements, projects, removals).routes(routes);
        new TagsApi(database, announcements, projects).routes(routes);
        new DomainsApi(database, announcements, projects, removals).routes(routes);
        new GroupsApi(database, announcements, groups, users, projects, removals, directories)
                .routes(routes);
        new RolesApi(database, announcements, roles, projects).routes(routes);
        new GrantsApi(
                        database,
                        announcements,
                        assignments,
                        roles,
                        users,
                        groups,
                        projects,
                        credentials)
                .routes(routes);
        new RoleAssignmentsApi(
                        database,
                        assignments,
                        effective,
                        projects,
                        new AssignmentNames(users, groups, projects, roles))
                .routes(routes);
        PolicyStore policies = new PolicyStore();
        new RegionsApi(database, announcements, catalogStore, limits, policies).routes(routes);
        new ServicesApi(database, announcements, catalogStore, limits, policies).routes(routes);
        new EndpointsApi(database, announcements, catalogStore, policies).routes(routes);
        new EndpointFilterApi(database, endpointFilters, catalogStore, projects).routes(routes);
        Delegated delegated = new Delegated(tokens);
        new TrustsApi(
                        database,
                        announcements,
                        trusts,
                        users,
                        roles,
                        subjects,
                        delegations,
                        delegated)
                .routes(routes);
        new ApplicationCredentialsApi(
                        database, announcements, credentials, roles, subjects, passwords, delegated)
                .routes(routes);
        new CredentialsApi(database, secrets, users, projects, delegated).routes(routes);
        new AccessRulesApi(database, credentials, delegated).routes(routes);
        new SignedRequestsApi(
                        database,
                        new Ec2Logins(database, authentication, secrets, trusts, credentials),
                        tokenView)
                .routes(routes);
        new PoliciesApi(database, announcements, policies).routes(routes);
        new PolicyAssociationsApi(database, policies, catalogStore).routes(routes);
        new OAuthApi(database, announcements, oauth, projects, roles, subjects, delegated)
                .routes(routes);
        new DomainConfigApi(database, domainOptions, projects, config.compliance()).routes(routes);
        new IdentityProvidersApi(database, federation, projects, groups).routes(routes);
        new MappingsApi(database, federation).routes(routes);
        new ServiceProvidersApi(database, federation, config.saml().relayStatePrefix())
                .routes(routes);
        new RegisteredLimitsApi(database, limits, catalogStore).routes(routes);
        new LimitsApi(database, limits, projects, config.limitModel()).routes(routes);
        return routes;
    }

    /** What the listener serves, under the name {@code identity}. */
    public HttpService httpService() {
        return httpService;
    }

    /** What must be true of roles and who has them. */
    public List<Invariant> invariants() {
        return new AssignmentInvariants(database).all();
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
