package org.monostack.cloud.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.cloud.localconf.Finding;
import org.monostack.cloud.localconf.LocalConf;
import org.monostack.cloud.localconf.LocalConfException;
import org.monostack.platform.http.AddressRange;

/**
 * All that the cloud is configured with, checked. One record per concern; immutable.
 *
 * @param broker who is told what happened, if somebody is
 * @param networkNamespace the namespace to run in, if one is asked for
 */
public record CloudConfig(
        Host host,
        Paths paths,
        Secrets secrets,
        DatabaseServer database,
        Identity identity,
        Optional<Broker> broker,
        Ports ports,
        Networks networks,
        Images images,
        Servers servers,
        Output output,
        Optional<String> networkNamespace,
        Settings settings) {

    /**
     * @param address what services listen on
     * @param serviceAddress what the catalog names
     * @param name this host's name in the cloud
     */
    public record Host(Ipv4 address, Ipv4 serviceAddress, String name, boolean root) {}

    /**
     * @param data where everything is kept
     * @param stackLog what stack.sh printed
     * @param logs where the service's own log goes
     * @param policies where operators keep rules of their own, a directory per service
     */
    public record Paths(Path data, Path stackLog, Path logs, Path policies) {

        public Path run() {
            return data.resolve("run");
        }

        public Path credentials() {
            return data.resolve("private/credentials.properties");
        }
    }

    /** Passwords as given; an absent one is made up once and kept under the data directory. */
    public record Secrets(
            Optional<String> admin,
            Optional<String> service,
            Optional<String> database,
            Optional<String> broker) {

        @Override
        public String toString() {
            return "Secrets[hidden]";
        }
    }

    /**
     * @param external HOST or HOST:PORT of a server that is not ours; empty: a private one
     */
    public record DatabaseServer(Optional<String> external, String user) {}

    /**
     * @param tokenFormat fernet, uuid or jws
     * @param notificationFormat cadf, basic or none
     * @param enforceScope whether the cloud's administrator needs a token for the whole system
     * @param passwordHashRounds the logarithm of the work of a new password's hash
     * @param loginFailuresPerAccount how often somebody may be wrong at once and then each minute
     * @param loginFailuresPerAddress the same for all accounts, from one address
     * @param compliance empty for no such rules
     * @param saml how the cloud vouches for its users at other clouds
     * @param oauth2 how clients of OAuth 2.0 prove who they are
     */
    public record Identity(
            String region,
            String tokenFormat,
            String notificationFormat,
            boolean enforceScope,
            int passwordHashRounds,
            int loginFailuresPerAccount,
            int loginFailuresPerAddress,
            Optional<Compliance> compliance,
            Saml saml,
            OAuth2 oauth2) {}

    /**
     * Keystone's options of the section oauth2, and whose word on a certificate is taken.
     *
     * @param methods tls_client_auth, client_secret_basic
     * @param mappingId the mapping that holds a certificate against its user
     * @param certificateHeader where a proxy puts the certificate, if one does
     * @param proxies from where alone that header is believed
     */
    public record OAuth2(
            Set<String> methods,
            String mappingId,
            Optional<String> certificateHeader,
            List<AddressRange> proxies) {}

    /**
     * Keystone's options of the section saml, and one for those that vouch to us.
     *
     * @param assertionSeconds how long an assertion may be used
     * @param entityId what the cloud calls itself, if it has a name of its own
     * @param language of the organization's names
     * @param sha1Providers the identity providers whose assertions may be signed with SHA-1
     */
    public record Saml(
            int assertionSeconds,
            Optional<String> entityId,
            Optional<String> singleSignOn,
            String language,
            Optional<Organization> organization,
            Contact contact,
            String relayStatePrefix,
            Set<String> sha1Providers) {}

    /** Who runs the cloud. */
    public record Organization(String name, String displayName, String url) {}

    /** Whom to ask, as far as it is told. */
    public record Contact(
            String type,
            Optional<String> company,
            Optional<String> givenName,
            Optional<String> surname,
            Optional<String> email,
            Optional<String> telephone) {}

    /**
     * A RabbitMQ server for notifications.
     *
     * @param external one that is not ours; empty: a private one
     * @param port of the external one
     * @param durable whether it keeps what was not consumed over its own end
     * @param optedOut which events it is not told of
     */
    public record Broker(
            Optional<String> external,
            int port,
            String user,
            boolean durable,
            Set<String> optedOut) {}

    /**
     * Rules for passwords and accounts.
     *
     * @param lockoutFailureAttempts wrong passwords in a row that lock an account
     * @param lockoutSeconds for how long
     * @param uniqueLastPasswords how many of the last passwords cannot be chosen again
     * @param expiresDays after how many days a password must be changed; 0: never
     * @param minimumAgeDays for how many days users must keep a password of theirs
     * @param changeUponFirstUse whether users must change a password that an administrator set
     * @param regex what a new password must match
     * @param regexDescription what users are told of it
     */
    public record Compliance(
            int lockoutFailureAttempts,
            int lockoutSeconds,
            int uniqueLastPasswords,
            int expiresDays,
            int minimumAgeDays,
            boolean changeUponFirstUse,
            Optional<String> regex,
            Optional<String> regexDescription) {}

    /**
     * @param combined serves everything under prefixes; 0: any free one
     */
    public record Ports(
            int identity,
            int image,
            int compute,
            int metadata,
            int placement,
            int network,
            int combined) {}

    /** The seeded networks and what they are made of. */
    public record Networks(
            boolean seeded,
            Public external,
            Private internal,
            Map<String, String> bridgeMappings,
            boolean securityGroups,
            Optional<VlanRange> projectVlans) {}

    /**
     * @param pool what may be given away; empty: all of the range
     * @param networkInterface joins the bridge, if there is one
     * @param provider whether it is a provider network on the bridge
     */
    public record Public(
            String network,
            String subnet,
            Ipv4.Range range,
            Ipv4 gateway,
            Optional<Ipv4.Pool> pool,
            String physicalNetwork,
            String bridge,
            Optional<String> networkInterface,
            boolean provider) {}

    /**
     * @param router the router towards the public network; empty: none
     */
    public record Private(
            String network,
            String subnet,
            Ipv4.Range range,
            Ipv4 gateway,
            Optional<String> router) {}

    /** The VLANs of a physical network that projects may use. */
    public record VlanRange(String physicalNetwork, int lowest, int highest) {}

    /**
     * @param urls images to bring in
     * @param small whether a small guest image is wanted when no URL is given
     * @param offline whether downloads are forbidden
     */
    public record Images(List<String> urls, boolean small, boolean offline) {}

    /**
     * @param driver libvirt or fake
     * @param libvirtType kvm or qemu; empty: found out by trying
     * @param resume whether servers that ran run again after a start
     */
    public record Servers(String driver, Optional<String> libvirtType, boolean resume) {

        public boolean fake() {
            return driver.equals("fake");
        }
    }

    /** How stack.sh prints. */
    public record Output(boolean verbose, boolean color) {}

    /**
     * Builds the configuration. Throws {@link LocalConfException} with line and reason when a value
     * is wrong, or contradicts another.
     */
    public static CloudConfig of(LocalConf file, Map<String, String> environment, HostFacts facts) {
        return new ConfigReader(Settings.evaluate(file, environment), facts).read();
    }

    /** What the user should be told that stops nothing. */
    public List<Finding> findings() {
        return settings.findings();
    }

    /** Refuses HOST_IP, for a reason that only the running machine shows. */
    public LocalConfException wrongHostAddress(String reason) {
        return settings.wrong(Variables.HOST_IP, reason);
    }

    /** Refuses PUBLIC_INTERFACE, for a reason that only the running machine shows. */
    public LocalConfException wrongPublicInterface(String reason) {
        return settings.wrong(Variables.PUBLIC_INTERFACE, reason);
    }

    /** Refuses NETNS, for a reason that only the running machine shows. */
    public LocalConfException wrongNetworkNamespace(String reason) {
        return settings.wrong(Variables.NETNS, reason);
    }

    /** Refuses LOGFILE, for a reason that only the running machine shows. */
    public LocalConfException wrongLogFile(String reason) {
        return settings.wrong(Variables.LOGFILE, reason);
    }

    /** Refuses VIRT_DRIVER, for a reason that only the running machine shows. */
    public LocalConfException wrongDriver(String reason) {
        return settings.wrong(Variables.VIRT_DRIVER, reason);
    }
}
