package org.monostack.cloud.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.http.AddressRange;

/** Maps settings to the typed configuration and checks them against each other. One use. */
final class ConfigReader {

    private final Settings settings;
    private final HostFacts facts;

    ConfigReader(Settings settings, HostFacts facts) {
        this.settings = settings;
        this.facts = facts;
    }

    CloudConfig read() {
        checkEveryValue();
        CloudConfig.Host host = host();
        return new CloudConfig(
                host,
                paths(),
                new CloudConfig.Secrets(
                        settings.find(Variables.ADMIN_PASSWORD),
                        settings.find(Variables.SERVICE_PASSWORD),
                        settings.find(Variables.DATABASE_PASSWORD)
                                .or(() -> settings.find(Variables.MYSQL_PASSWORD)),
                        settings.find(IdentityVariables.RABBIT_PASSWORD)),
                new CloudConfig.DatabaseServer(
                        settings.find(Variables.DATABASE_HOST)
                                .or(() -> settings.find(Variables.MYSQL_HOST)),
                        settings.get(Variables.DATABASE_USER)),
                new CloudConfig.Identity(
                        settings.get(Variables.REGION_NAME),
                        settings.get(IdentityVariables.KEYSTONE_TOKEN_FORMAT),
                        settings.get(IdentityVariables.KEYSTONE_NOTIFICATION_FORMAT),
                        settings.get(IdentityVariables.KEYSTONE_ENFORCE_SCOPE),
                        settings.get(IdentityVariables.KEYSTONE_PASSWORD_HASH_ROUNDS),
                        settings.get(IdentityVariables.KEYSTONE_LOGIN_FAILURES_PER_ACCOUNT),
                        settings.get(IdentityVariables.KEYSTONE_LOGIN_FAILURES_PER_ADDRESS),
                        compliance(),
                        saml(),
                        oauth2()),
                broker(),
                ports(),
                networks(host),
                new CloudConfig.Images(
                        settings.find(Variables.IMAGE_URLS).orElse(List.of()),
                        settings.get(Variables.DOWNLOAD_DEFAULT_IMAGES),
                        settings.get(Variables.OFFLINE)),
                servers(),
                new CloudConfig.Output(
                        settings.get(Variables.VERBOSE), settings.get(Variables.LOG_COLOR)),
                settings.find(Variables.NETNS),
                settings);
    }

    /** A wrong value stops even where it would not be looked at in the end. */
    private void checkEveryValue() {
        for (Variable<?> variable : Variables.all()) {
            if (variable.effective()) {
                var _ = settings.find(variable);
            }
        }
    }

    private Optional<CloudConfig.Compliance> compliance() {
        return settings.get(IdentityVariables.KEYSTONE_SECURITY_COMPLIANCE_ENABLED)
                ? Optional.of(
                        new CloudConfig.Compliance(
                                settings.get(IdentityVariables.KEYSTONE_LOCKOUT_FAILURE_ATTEMPTS),
                                settings.get(IdentityVariables.KEYSTONE_LOCKOUT_DURATION),
                                settings.get(IdentityVariables.KEYSTONE_UNIQUE_LAST_PASSWORD_COUNT),
                                settings.get(IdentityVariables.KEYSTONE_PASSWORD_EXPIRES_DAYS),
                                settings.get(IdentityVariables.KEYSTONE_MINIMUM_PASSWORD_AGE),
                                settings.get(
                                        IdentityVariables.KEYSTONE_CHANGE_PASSWORD_UPON_FIRST_USE),
                                settings.find(IdentityVariables.KEYSTONE_PASSWORD_REGEX),
                                settings.find(
                                        IdentityVariables.KEYSTONE_PASSWORD_REGEX_DESCRIPTION)))
                : Optional.empty();
    }

    private Optional<CloudConfig.Broker> broker() {
        return settings.services().contains("rabbit")
                ? Optional.of(
                        new CloudConfig.Broker(
                                settings.find(IdentityVariables.RABBIT_HOST),
                                settings.get(IdentityVariables.RABBIT_PORT),
                                settings.get(IdentityVariables.RABBIT_USERID),
                                settings.get(IdentityVariables.RABBIT_DURABLE_QUEUES),
                                Set.copyOf(
                                        settings.find(
                                                        IdentityVariables
                                                                .KEYSTONE_NOTIFICATION_OPT_OUT)
                                                .orElse(List.of()))))
                : Optional.empty();
    }

    private CloudConfig.Saml saml() {
        return new CloudConfig.Saml(
                settings.get(IdentityVariables.KEYSTONE_SAML_ASSERTION_EXPIRATION_TIME),
                settings.find(IdentityVariables.KEYSTONE_SAML_IDP_ENTITY_ID),
                settings.find(IdentityVariables.KEYSTONE_SAML_IDP_SSO_ENDPOINT),
                settings.get(IdentityVariables.KEYSTONE_SAML_IDP_LANG),
                organization(),
                new CloudConfig.Contact(
                        settings.get(IdentityVariables.KEYSTONE_SAML_IDP_CONTACT_TYPE),
                        settings.find(IdentityVariables.KEYSTONE_SAML_IDP_CONTACT_COMPANY),
                        settings.find(IdentityVariables.KEYSTONE_SAML_IDP_CONTACT_NAME),
                        settings.find(IdentityVariables.KEYSTONE_SAML_IDP_CONTACT_SURNAME),
                        settings.find(IdentityVariables.KEYSTONE_SAML_IDP_CONTACT_EMAIL),
                        settings.find(IdentityVariables.KEYSTONE_SAML_IDP_CONTACT_TELEPHONE)),
                settings.get(IdentityVariables.KEYSTONE_SAML_RELAY_STATE_PREFIX),
                Set.copyOf(
                        settings.find(IdentityVariables.KEYSTONE_SAML_SHA1_PROVIDERS)
                                .orElse(List.of())));
    }

    /** A header is believed of a known proxy, or not at all. */
    private CloudConfig.OAuth2 oauth2() {
        Optional<String> header =
                settings.find(IdentityVariables.KEYSTONE_OAUTH2_CERTIFICATE_HEADER);
        List<AddressRange> proxies =
                settings.find(IdentityVariables.KEYSTONE_OAUTH2_CERTIFICATE_PROXIES)
                        .orElse(List.of());
        if (header.isPresent() && proxies.isEmpty()) {
            throw settings.wrong(
                    IdentityVariables.KEYSTONE_OAUTH2_CERTIFICATE_HEADER,
                    "needs KEYSTONE_OAUTH2_CERTIFICATE_PROXIES too");
        }
        if (header.isEmpty() && !proxies.isEmpty()) {
            throw settings.wrong(
                    IdentityVariables.KEYSTONE_OAUTH2_CERTIFICATE_PROXIES,
                    "needs KEYSTONE_OAUTH2_CERTIFICATE_HEADER too");
        }
        return new CloudConfig.OAuth2(
                Set.copyOf(settings.get(IdentityVariables.KEYSTONE_OAUTH2_AUTHN_METHODS)),
                settings.get(IdentityVariables.KEYSTONE_OAUTH2_CERT_DN_MAPPING_ID),
                header,
                proxies);
    }

    /** Metadata have it whole or not at all. */
    private Optional<CloudConfig.Organization> organization() {
        Optional<String> name =
                settings.find(IdentityVariables.KEYSTONE_SAML_IDP_ORGANIZATION_NAME);
        Optional<String> shown =
                settings.find(IdentityVariables.KEYSTONE_SAML_IDP_ORGANIZATION_DISPLAY_NAME);
        Optional<String> url = settings.find(IdentityVariables.KEYSTONE_SAML_IDP_ORGANIZATION_URL);
        if (url.isPresent() && name.isEmpty()) {
            throw settings.wrong(
                    IdentityVariables.KEYSTONE_SAML_IDP_ORGANIZATION_URL,
                    "needs KEYSTONE_SAML_IDP_ORGANIZATION_NAME too");
        }
        if (shown.isPresent() && name.isEmpty()) {
            throw settings.wrong(
                    IdentityVariables.KEYSTONE_SAML_IDP_ORGANIZATION_DISPLAY_NAME,
                    "needs KEYSTONE_SAML_IDP_ORGANIZATION_NAME too");
        }
        if (name.isPresent() && url.isEmpty()) {
            throw settings.wrong(
                    IdentityVariables.KEYSTONE_SAML_IDP_ORGANIZATION_NAME,
                    "needs KEYSTONE_SAML_IDP_ORGANIZATION_URL too");
        }
        return name.map(
                it -> new CloudConfig.Organization(it, shown.orElse(it), url.orElseThrow()));
    }

    private CloudConfig.Host host() {
        Ipv4 address =
                settings.find(Variables.HOST_IP)
                        .or(facts::defaultAddress)
                        .orElseGet(() -> Ipv4.parse("127.0.0.1"));
        Ipv4 service = settings.find(Variables.SERVICE_HOST).orElse(address);
        return new CloudConfig.Host(address, service, facts.hostName(), facts.root());
    }

    private CloudConfig.Paths paths() {
        Path data =
                settings.find(Variables.DATA_DIR)
                        .or(() -> settings.find(Variables.DEST).map(dest -> dest + "/data"))
                        .map(Path::of)
                        .orElseGet(() ->
                                facts.root()
                                        ? Path.of("/opt/stack/data")
                                        : facts.home().resolve(".local/share/monostack"))
                        .normalize();
        if (data.getNameCount() < 2) {
            throw settings.wrong(Variables.DATA_DIR, "is too close to the root of the file system");
        }
        Path stackLog =
                settings.find(Variables.LOGFILE)
                        .map(Path::of)
                        .orElseGet(() -> data.resolve("logs/stack.sh.log"))
                        .normalize();
        Path logs =
                settings.find(Variables.LOGDIR)
                        .or(() -> settings.find(Variables.SCREEN_LOGDIR))
                        .map(Path::of)
                        .orElseGet(() -> data.resolve("logs"))
                        .normalize();
        Path policies =
                settings.find(Variables.POLICY_DIR)
                        .map(Path::of)
                        .orElseGet(() -> data.resolve("etc"))
                        .normalize();
        return new CloudConfig.Paths(data, stackLog, logs, policies);
    }

    private CloudConfig.Ports ports() {
        CloudConfig.Ports ports =
                new CloudConfig.Ports(
                        settings.get(Variables.KEYSTONE_SERVICE_PORT),
                        settings.get(Variables.GLANCE_SERVICE_PORT),
                        settings.get(Variables.NOVA_SERVICE_PORT),
                        settings.get(Variables.METADATA_SERVICE_PORT),
                        settings.get(Variables.PLACEMENT_SERVICE_PORT),
                        settings.get(Variables.Q_PORT),
                        settings.get(Variables.API_PORT));
        Map<Integer, Variable<Integer>> taken = new LinkedHashMap<>();
        for (Variable<Integer> variable :
                List.of(
                        Variables.KEYSTONE_SERVICE_PORT,
                        Variables.GLANCE_SERVICE_PORT,
                        Variables.NOVA_SERVICE_PORT,
                        Variables.METADATA_SERVICE_PORT,
                        Variables.PLACEMENT_SERVICE_PORT,
                        Variables.Q_PORT,
                        Variables.API_PORT)) {
            int port = settings.get(variable);
            Variable<Integer> other = port == 0 ? null : taken.put(port, variable);
            if (other != null) {
                throw settings.wrong(variable, "is the port of " + other.name() + " already");
            }
        }
        return ports;
    }

    private CloudConfig.Servers servers() {
        Optional<String> asked = settings.find(Variables.VIRT_DRIVER);
        if (!facts.root() && asked.equals(Optional.of("libvirt"))) {
            throw settings.wrong(Variables.VIRT_DRIVER, "needs root; without root only fake works");
        }
        return new CloudConfig.Servers(
                asked.orElse(facts.root() ? "libvirt" : "fake"),
                settings.find(Variables.LIBVIRT_TYPE),
                settings.get(Variables.RESUME_GUESTS));
    }

    private CloudConfig.Networks networks(CloudConfig.Host host) {
        CloudConfig.Public external = external(host);
        CloudConfig.Private internal = internal(external);
        Map<String, String> mappings = mappings(external);
        return new CloudConfig.Networks(
                settings.get(Variables.NEUTRON_CREATE_INITIAL_NETWORKS),
                external,
                internal,
                mappings,
                settings.get(Variables.Q_USE_SECGROUP),
                projectVlans(mappings));
    }

    private CloudConfig.Public external(CloudConfig.Host host) {
        Ipv4.Range range = settings.get(Variables.FLOATING_RANGE);
        Ipv4 gateway = settings.find(Variables.PUBLIC_NETWORK_GATEWAY).orElseGet(range::firstHost);
        if (!range.contains(gateway)) {
            throw settings.wrong(
                    Variables.PUBLIC_NETWORK_GATEWAY, "is not in FLOATING_RANGE " + range);
        }
        Optional<Ipv4.Pool> pool = settings.find(Variables.Q_FLOATING_ALLOCATION_POOL);
        pool.ifPresent(given -> {
            if (!range.contains(given.start()) || !range.contains(given.end())) {
                throw settings.wrong(
                        Variables.Q_FLOATING_ALLOCATION_POOL, "is not in FLOATING_RANGE " + range);
            }
            if (given.contains(gateway)) {
                throw settings.wrong(
                        Variables.Q_FLOATING_ALLOCATION_POOL, "contains the gateway " + gateway);
            }
            if (given.contains(host.address())) {
                throw settings.wrong(
                        Variables.Q_FLOATING_ALLOCATION_POOL, "contains HOST_IP " + host.address());
            }
        });
        if (range.contains(host.address())
                && pool.isEmpty()
                && !host.address().equals(gateway)
                && settings.isSet(Variables.FLOATING_RANGE)) {
            throw settings.wrong(
                    Variables.FLOATING_RANGE,
                    "contains HOST_IP "
                            + host.address()
                            + "; say by Q_FLOATING_ALLOCATION_POOL which addresses are free");
        }
        return new CloudConfig.Public(
                settings.get(Variables.PUBLIC_NETWORK_NAME),
                settings.get(Variables.PUBLIC_SUBNET_NAME),
                range,
                gateway,
                pool,
                settings.get(Variables.PUBLIC_PHYSICAL_NETWORK),
                settings.get(Variables.PUBLIC_BRIDGE),
                settings.find(Variables.PUBLIC_INTERFACE),
                settings.get(Variables.Q_USE_PROVIDERNET_FOR_PUBLIC));
    }

    private CloudConfig.Private internal(CloudConfig.Public external) {
        Ipv4.Range range = settings.get(Variables.FIXED_RANGE);
        Ipv4 gateway = settings.find(Variables.NETWORK_GATEWAY).orElseGet(range::firstHost);
        if (!range.contains(gateway)) {
            throw settings.wrong(Variables.NETWORK_GATEWAY, "is not in FIXED_RANGE " + range);
        }
        if (range.overlaps(external.range())) {
            throw settings.wrong(
                    Variables.FIXED_RANGE, "overlaps FLOATING_RANGE " + external.range());
        }
        return new CloudConfig.Private(
                settings.get(Variables.PRIVATE_NETWORK_NAME),
                settings.get(Variables.PRIVATE_SUBNET_NAME),
                range,
                gateway,
                settings.get(Variables.Q_L3_ENABLED)
                        ? Optional.of(settings.get(Variables.Q_ROUTER_NAME))
                        : Optional.empty());
    }

    private Map<String, String> mappings(CloudConfig.Public external) {
        Optional<Map<String, String>> given = settings.find(Variables.OVS_BRIDGE_MAPPINGS);
        if (given.isPresent()) {
            String bridge = given.get().get(external.physicalNetwork());
            if (bridge == null || !bridge.equals(external.bridge())) {
                throw settings.wrong(
                        Variables.OVS_BRIDGE_MAPPINGS,
                        "does not map %s to PUBLIC_BRIDGE %s"
                                .formatted(external.physicalNetwork(), external.bridge()));
            }
            return given.get();
        }
        Map<String, String> mappings = new LinkedHashMap<>();
        settings.find(Variables.OVS_PHYSICAL_BRIDGE)
                .ifPresent(
                        bridge -> mappings.put(settings.get(Variables.PHYSICAL_NETWORK), bridge));
        mappings.put(external.physicalNetwork(), external.bridge());
        return Map.copyOf(mappings);
    }

    private Optional<CloudConfig.VlanRange> projectVlans(Map<String, String> mappings) {
        if (!settings.get(Variables.ENABLE_TENANT_VLANS)) {
            return Optional.empty();
        }
        String range = settings.find(Variables.TENANT_VLAN_RANGE).orElse("1:4094");
        int colon = range.indexOf(':');
        int lowest = Integer.parseInt(range.substring(0, colon));
        int highest = Integer.parseInt(range.substring(colon + 1));
        if (lowest < 1 || highest > 4094 || lowest > highest) {
            throw settings.wrong(
                    Variables.TENANT_VLAN_RANGE, "is not a range of VLANs from 1 to 4094");
        }
        String physical = settings.get(Variables.PHYSICAL_NETWORK);
        if (!mappings.containsKey(physical)) {
            throw settings.wrong(
                    Variables.PHYSICAL_NETWORK, "is not in OVS_BRIDGE_MAPPINGS " + mappings);
        }
        return Optional.of(new CloudConfig.VlanRange(physical, lowest, highest));
    }
}
