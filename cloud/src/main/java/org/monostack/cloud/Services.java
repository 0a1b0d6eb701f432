package org.monostack.cloud;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.compute.ComputeConfig;
import org.monostack.compute.ComputeModule;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.identity.IdentityConfig;
import org.monostack.identity.IdentityModule;
import org.monostack.identity.IdentityNotifications;
import org.monostack.identity.LoginFailures;
import org.monostack.identity.OAuth2Config;
import org.monostack.identity.SamlConfig;
import org.monostack.identity.SecurityCompliance;
import org.monostack.image.ImageConfig;
import org.monostack.image.ImageModule;
import org.monostack.network.NetworkConfig;
import org.monostack.network.NetworkModule;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.placement.PlacementModule;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.telemetry.StoryTeller;

/** Every service of the cloud, wired to one database and to the drivers. */
record Services(
        IdentityModule identity,
        ImageModule image,
        PlacementModule placement,
        NetworkModule network,
        ComputeModule compute)
        implements AutoCloseable {

    /** Those that nobody else migrates; the other modules see to their schemas themselves. */
    private static final List<String> SCHEMAS =
            List.of("operation", ImageModule.SCHEMA, PlacementModule.SCHEMA);

    static Services wire(
            CloudConfig config,
            Database database,
            Operations operations,
            IdentityNotifications notifications,
            NetworkDriver networkDriver,
            Hypervisor hypervisor) {
        SCHEMAS.forEach(database::migrate);
        DataDirectory data = DataDirectory.of(config);
        PolicyOverrides policies = new PolicyOverrides(config.paths().policies());
        IdentityModule identity =
                new IdentityModule(
                        database,
                        identityConfig(config, data)
                                .withPolicyOverrides(policies.of("keystone"))
                                .build(),
                        notifications);
        Authenticator authenticator = identity.identity().authenticator();
        ImageModule image =
                new ImageModule(
                        database,
                        ImageConfig.defaults(data.images()),
                        authenticator,
                        operations,
                        policies.of("glance"));
        PlacementModule placement =
                new PlacementModule(database, authenticator, policies.of("placement"));
        NetworkModule network =
                new NetworkModule(
                        database,
                        networkConfig(config),
                        authenticator,
                        policies.of("neutron"),
                        networkDriver);
        ComputeModule compute =
                new ComputeModule(
                        database,
                        computeConfig(config),
                        authenticator,
                        policies.of("nova"),
                        operations,
                        new ComputeModule.Neighbours(
                                image.images(),
                                placement.placement(),
                                network.networks(),
                                hypervisor));
        return new Services(identity, image, placement, network, compute);
    }

    static IdentityConfig.Builder identityConfig(CloudConfig config, DataDirectory data) {
        return IdentityConfig.builder(data.keys())
                .withSettings(config.paths().policies().resolve("keystone"))
                .withTokenFormat(
                        IdentityConfig.TokenFormat.valueOf(
                                config.identity().tokenFormat().toUpperCase(Locale.ROOT)))
                .withEnforceScope(config.identity().enforceScope())
                .withBcryptCost(config.identity().passwordHashRounds())
                .withLoginFailures(
                        new LoginFailures(
                                config.identity().loginFailuresPerAccount(),
                                config.identity().loginFailuresPerAddress()))
                .withSaml(saml(config.identity().saml()))
                .withOAuth2(oauth2(config.identity().oauth2()))
                .withCompliance(
                        config.identity()
                                .compliance()
                                .map(Services::compliance)
                                .orElse(SecurityCompliance.none()));
    }

    private static SamlConfig saml(CloudConfig.Saml saml) {
        CloudConfig.Contact contact = saml.contact();
        boolean told =
                Stream.of(
                                contact.company(),
                                contact.givenName(),
                                contact.surname(),
                                contact.email(),
                                contact.telephone())
                        .anyMatch(Optional::isPresent);
        return new SamlConfig(
                Duration.ofSeconds(saml.assertionSeconds()),
                saml.entityId(),
                saml.singleSignOn(),
                saml.language(),
                saml.organization()
                        .map(it ->
                                new SamlConfig.Organization(it.name(), it.displayName(), it.url())),
                told
                        ? Optional.of(
                                new SamlConfig.Contact(
                                        contact.type(),
                                        contact.company(),
                                        contact.givenName(),
                                        contact.surname(),
                                        contact.email(),
                                        contact.telephone()))
                        : Optional.empty(),
                saml.relayStatePrefix(),
                saml.sha1Providers());
    }

    private static OAuth2Config oauth2(CloudConfig.OAuth2 oauth2) {
        return new OAuth2Config(
                oauth2.methods().stream()
                        .map(it -> OAuth2Config.Method.valueOf(it.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()),
                oauth2.mappingId(),
                oauth2.certificateHeader()
                        .map(it -> new OAuth2Config.CertificateSource(it, oauth2.proxies())));
    }

    private static SecurityCompliance compliance(CloudConfig.Compliance rules) {
        return new SecurityCompliance(
                rules.lockoutFailureAttempts(),
                Duration.ofSeconds(rules.lockoutSeconds()),
                rules.uniqueLastPasswords(),
                Duration.ofDays(rules.minimumAgeDays()),
                Duration.ofDays(rules.expiresDays()),
                rules.changeUponFirstUse(),
                rules.regex(),
                rules.regexDescription());
    }

    private static NetworkConfig networkConfig(CloudConfig config) {
        NetworkConfig standard = NetworkConfig.defaults(config.host().name());
        return new NetworkConfig(
                standard.physicalMtu(),
                config.networks().bridgeMappings(),
                config.networks().projectVlans().stream()
                        .map(range ->
                                new NetworkConfig.VlanRange(
                                        range.physicalNetwork(), range.lowest(), range.highest()))
                        .toList(),
                // VLANs are there to be asked for; what projects get unasked is Geneve.
                false,
                standard.dnsServers(),
                standard.availabilityZone(),
                standard.host(),
                standard.synchroniseEvery());
    }

    private static ComputeConfig computeConfig(CloudConfig config) {
        ComputeConfig standard = ComputeConfig.defaults(config.host().name());
        return new ComputeConfig(
                standard.host(),
                standard.defaultZone(),
                standard.cpuAllocationRatio(),
                standard.ramAllocationRatio(),
                standard.diskAllocationRatio(),
                standard.reservedMemoryMb(),
                config.servers().resume(),
                // DevStack's machines are small and their guests too: a minute is long enough.
                Duration.ofSeconds(60),
                standard.portPatience(),
                standard.reconcileEvery(),
                Listeners.consoleUrl(config));
    }

    /** What is served, in the order of dependency. */
    List<HttpService> http() {
        return List.of(
                identity.httpService(),
                image.httpService(),
                placement.httpService(),
                network.httpService(),
                compute.httpService(),
                compute.metadataService());
    }

    /** What must be true of all of it. */
    List<Invariant> invariants(Operations operations) {
        return Stream.of(
                        operations.invariants(),
                        identity.invariants(),
                        image.invariants(),
                        placement.invariants(),
                        network.invariants(),
                        compute.invariants())
                .flatMap(List::stream)
                .toList();
    }

    /** Who can say what an id is. */
    List<StoryTeller> storyTellers() {
        return List.of(compute.storyTeller(), network.storyTeller(), image.storyTeller());
    }

    /** Puts right what an ended process left; before anything is served. */
    void recover() {
        image.recover();
    }

    /** Begins the services' own work in the background. */
    void start() {
        network.start();
        compute.start();
    }

    @Override
    public void close() {
        compute.close();
        network.close();
    }
}
