package org.monostack.identity.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.DomainOption;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.EndpointGroup;
import org.monostack.identity.model.Federation.ServiceProvider;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.OAuth.AccessToken;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.Service;
import org.monostack.identity.model.Trust;
import org.monostack.identity.model.User;
import org.monostack.platform.database.ChangeCount;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Transaction;

/**
 * What logins and tokens name: read once, and kept until something in identity changes ({@link
 * Derived}), so that logins with the same names again and again need no query. What does not exist
 * is looked for each time: clients may name anything. Thread-safe.
 */
public final class KnownRows {
    private static final int MOST = 10_000;

    private static final List<Filter> ENABLED =
            List.of(new Filter("enabled", Filter.Operator.EQUALS, "true"));

    private final Stores stores;
    private final Derived<Record, Object> rows;

    /** Where the rows are. */
    public record Stores(
            UserStore users,
            ProjectStore projects,
            RoleStore roles,
            CatalogStore catalog,
            EndpointFilterStore filters,
            Delegating delegating,
            FederationStore federation,
            DomainOptionStore options) {}

    /** Those of what users delegate. */
    public record Delegating(
            TrustStore trusts, ApplicationCredentialStore credentials, OAuthStore accessTokens) {}

    /** All services with their endpoints. */
    public record Offered(List<Service> services, List<Endpoint> endpoints) {}

    /** The endpoints that a project was given, one by one and by groups. */
    public record Given(List<String> endpointIds, List<EndpointGroup> groups) {}

    private record UserId(String id) {}

    private record UserName(String domainId, String name) {}

    private record ProjectId(String id) {}

    private record ProjectName(String domainId, String name) {}

    private record DomainName(String name) {}

    private record CredentialId(String id) {}

    private record TrustId(String id) {}

    private record AccessTokenId(String id) {}

    private record VouchingProvider(String id) {}

    private record OptionsOf(String domainId) {}

    private record GivenTo(String projectId) {}

    private record Implications() {}

    private record ServiceProviders() {}

    private record Everything() {}

    /**
     * @param changes those of the identity schema
     */
    public KnownRows(Stores stores, ChangeCount changes) {
        this.stores = stores;
        this.rows = new Derived<>(changes, MOST);
    }

    public Optional<User> user(Transaction tx, String id) {
        return login(tx, id).map(UserStore.Login::user);
    }

    public Optional<UserStore.Login> login(Transaction tx, String id) {
        return get(tx, new UserId(id), key -> stores.users().login(tx, id));
    }

    public Optional<UserStore.Login> login(Transaction tx, String domainId, String name) {
        return get(
                tx, new UserName(domainId, name), key -> stores.users().login(tx, domainId, name));
    }

    /** A project or a domain. */
    public Optional<Project> project(Transaction tx, String id) {
        return get(tx, new ProjectId(id), key -> stores.projects().find(tx, id));
    }

    public Optional<Project> project(Transaction tx, String domainId, String name) {
        return get(
                tx,
                new ProjectName(domainId, name),
                key -> stores.projects().findNamed(tx, domainId, name));
    }

    public Optional<Project> domain(Transaction tx, String id) {
        return project(tx, id).filter(Project::isDomain);
    }

    public Optional<Project> domainNamed(Transaction tx, String name) {
        return get(tx, new DomainName(name), key -> stores.projects().findDomainNamed(tx, name));
    }

    public Optional<ApplicationCredential> credential(Transaction tx, String id) {
        return get(tx, new CredentialId(id), key -> stores.delegating().credentials().find(tx, id));
    }

    public Optional<Trust> trust(Transaction tx, String id) {
        return get(tx, new TrustId(id), key -> stores.delegating().trusts().find(tx, id));
    }

    public Optional<AccessToken> accessToken(Transaction tx, String id) {
        return get(
                tx,
                new AccessTokenId(id),
                key -> stores.delegating().accessTokens().accessToken(tx, id));
    }

    /** Whether an identity provider is there and enabled. */
    public boolean vouches(Transaction tx, String providerId) {
        return get(
                tx,
                new VouchingProvider(providerId),
                key -> stores.federation().vouches(tx, providerId));
    }

    /** By a role's id, the roles that it implies. */
    public Map<String, List<String>> implications(Transaction tx) {
        return get(tx, new Implications(), key -> stores.roles().implications(tx));
    }

    public List<DomainOption> options(Transaction tx, String domainId) {
        return get(tx, new OptionsOf(domainId), key -> stores.options().list(tx, domainId));
    }

    /** The enabled clouds where this cloud's users are taken. */
    public List<ServiceProvider> serviceProviders(Transaction tx) {
        return get(
                tx,
                new ServiceProviders(),
                key -> stores.federation().serviceProviders(tx, ENABLED));
    }

    public Offered offered(Transaction tx) {
        return get(
                tx,
                new Everything(),
                key ->
                        new Offered(
                                stores.catalog().services(tx, Selection.ALL),
                                stores.catalog().endpoints(tx, Selection.ALL)));
    }

    public Given given(Transaction tx, String projectId) {
        return get(
                tx,
                new GivenTo(projectId),
                key ->
                        new Given(
                                stores.filters().endpointIds(tx, projectId),
                                stores.filters().ofProject(tx, projectId)));
    }

    /** Each kind of key has values of one type. */
    @SuppressWarnings("unchecked")
    private <K extends Record, V> V get(Transaction tx, K key, Function<K, V> read) {
        return (V)
                rows.get(
                        tx,
                        key,
                        asked -> read.apply(key),
                        value -> !(value instanceof Optional<?> one) || one.isPresent());
    }
}
