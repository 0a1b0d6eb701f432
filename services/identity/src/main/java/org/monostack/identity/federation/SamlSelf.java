package org.monostack.identity.federation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.monostack.identity.SamlConfig;
import org.monostack.identity.saml.OwnMetadata;
import org.monostack.identity.saml.SamlKey;
import org.monostack.identity.store.CatalogStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;

/**
 * The names and addresses under which this cloud takes part in SAML. They are what the operator or
 * the catalog says, never what a request says: an assertion that was meant for another address must
 * not count here because its bearer claims that address. Thread-safe.
 */
public final class SamlSelf {

    /** Where browsers bring assertions. */
    public static final String POST = "/Shibboleth.sso/SAML2/POST";

    /** Where programs bring assertions. */
    public static final String ECP = "/Shibboleth.sso/SAML2/ECP";

    /** What providers must know of this cloud; also its name, if it has no other. */
    public static final String METADATA = "/Shibboleth.sso/Metadata";

    private static final String AS_PROVIDER = "/v3/OS-FEDERATION/saml2/";

    private final Database database;
    private final CatalogStore catalog;
    private final Supplier<FederationSettings> settings;
    private final SamlConfig config;
    private final Supplier<SamlKey> key;

    /**
     * @param key what this cloud signs with
     */
    public SamlSelf(
            Database database,
            CatalogStore catalog,
            Supplier<FederationSettings> settings,
            SamlConfig config,
            Supplier<SamlKey> key) {
        this.database = database;
        this.catalog = catalog;
        this.settings = settings;
        this.config = config;
        this.key = key;
    }

    SamlKey key() {
        return key.get();
    }

    SamlConfig config() {
        return config;
    }

    /** Where identity is reached, without a version; the first is the one to give out. */
    private List<String> addresses() {
        List<String> given = settings.get().serviceProvider().addresses();
        return given.isEmpty()
                ? List.of(inCatalog())
                : given.stream().map(SamlSelf::unversioned).toList();
    }

    private String inCatalog() {
        return database.inTransaction(tx -> catalog.publicAddress(tx, "identity"))
                .map(SamlSelf::unversioned)
                .orElseThrow(() ->
                        ApiException.notFound(
                                "The catalog has no public address of identity, of which this"
                                        + " cloud's SAML name could be made."));
    }

    private static String unversioned(String address) {
        return address.replaceFirst("/+$", "").replaceFirst("/v3$", "");
    }

    /**
     * The address to give out to somebody who came by another.
     *
     * @param seen used if it is one of ours
     */
    String address(String seen) {
        List<String> addresses = addresses();
        return addresses.contains(seen) ? seen : addresses.getFirst();
    }

    /** All addresses with this path. */
    Set<String> places(String path) {
        return addresses().stream().map(it -> it + path).collect(Collectors.toUnmodifiableSet());
    }

    /** What this cloud calls itself where it takes users. */
    String serviceProviderId() {
        return settings.get()
                .serviceProvider()
                .entityId()
                .orElseGet(() -> addresses().getFirst() + METADATA);
    }

    /** What this cloud calls itself where it vouches for users. */
    String identityProviderId() {
        return config.entityId().orElseGet(() -> inCatalog() + AS_PROVIDER + "idp");
    }

    /** What identity providers must know of this cloud. */
    public byte[] serviceProviderMetadata() {
        List<String> addresses = addresses();
        return OwnMetadata.serviceProvider(
                serviceProviderId(),
                addresses.stream().map(it -> it + POST).toList(),
                addresses.stream().map(it -> it + ECP).toList(),
                key.get());
    }

    /** What other clouds must know of this one. */
    public byte[] identityProviderMetadata() {
        Optional<String> singleSignOn = config.singleSignOn();
        return OwnMetadata.identityProvider(
                identityProviderId(),
                singleSignOn.orElseGet(() -> inCatalog() + AS_PROVIDER + "sso"),
                config,
                key.get());
    }
}
