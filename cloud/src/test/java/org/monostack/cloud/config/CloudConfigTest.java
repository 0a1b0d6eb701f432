package org.monostack.cloud.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.monostack.cloud.localconf.Finding;
import org.monostack.cloud.localconf.LocalConfException;
import org.monostack.cloud.localconf.LocalConfParser;

class CloudConfigTest {

    private static CloudConfig read(String localrc, Map<String, String> environment) {
        return CloudConfig.of(
                LocalConfParser.parse("[[local|localrc]]\n" + localrc),
                environment,
                FakeHostFacts.ROOT);
    }

    private static CloudConfig read(String localrc) {
        return read(localrc, Map.of());
    }

    private static String devstackOcata() {
        try (InputStream in =
                CloudConfigTest.class.getResourceAsStream("/localconf/devstack-ocata.conf")) {
            return new String(
                    java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLocalConfWrittenForOcataTakesEffectAsItIs() {
        CloudConfig config =
                CloudConfig.of(
                        LocalConfParser.parse(devstackOcata()), Map.of(), FakeHostFacts.ROOT);

        assertThat(config.host().address()).hasToString("192.168.31.11");
        assertThat(config.host().serviceAddress()).hasToString("192.168.31.11");
        assertThat(config.secrets().admin()).contains("123321");
        assertThat(config.secrets().service()).contains("123321");
        assertThat(config.secrets().database()).contains("123321");
        assertThat(config.identity().tokenFormat()).isEqualTo("uuid");
        CloudConfig.Public external = config.networks().external();
        assertThat(external.range()).hasToString("192.168.31.0/24");
        assertThat(external.gateway()).hasToString("192.168.31.1");
        assertThat(external.pool().map(Ipv4.Pool::toString))
                .contains("start=192.168.31.150,end=192.168.31.180");
        assertThat(external.networkInterface()).contains("ens33");
        assertThat(external.bridge()).isEqualTo("br-ex");
        assertThat(external.provider()).isTrue();
        assertThat(config.networks().bridgeMappings()).isEqualTo(Map.of("public", "br-ex"));
        assertThat(config.networks().internal().range()).hasToString("10.0.0.0/24");
        assertThat(config.networks().internal().gateway()).hasToString("10.0.0.2");
        assertThat(config.networks().internal().router()).contains("router1");
        assertThat(config.networks().securityGroups()).isTrue();
        assertThat(config.networks().projectVlans())
                .contains(new CloudConfig.VlanRange("public", 1, 4094));
        assertThat(config.images().urls())
                .containsExactly(
                        "http://download.cirros-cloud.net/0.3.4/cirros-0.3.4-x86_64-disk.img");
        assertThat(config.images().small()).isFalse();
        assertThat(config.paths().stackLog()).isEqualTo(Path.of("/opt/stack/logs/stack.sh.log"));
        assertThat(config.paths().logs()).isEqualTo(Path.of("/opt/stack/logs"));
        assertThat(config.output()).isEqualTo(new CloudConfig.Output(true, true));
        assertThat(config.findings()).isEmpty();
    }

    @Test
    void aBrokerIsThereWhenItIsAskedFor() {
        assertThat(read("RABBIT_PASSWORD=x\n").broker()).isEmpty();
        CloudConfig own = read("RABBIT_PASSWORD=x\nenable_service rabbit\n");
        assertThat(own.settings().notEffective()).isEmpty();
        assertThat(own.findings()).isEmpty();
        assertThat(own.secrets().broker()).contains("x");
        CloudConfig.Broker broker = own.broker().orElseThrow();
        assertThat(broker.external()).isEmpty();
        assertThat(broker.user()).isEqualTo("stackrabbit");
        assertThat(broker.optedOut())
                .containsExactlyInAnyOrder(
                        "identity.authenticate.success",
                        "identity.authenticate.pending",
                        "identity.authenticate.failed");
        CloudConfig.Broker other =
                read("""
                enable_service rabbit
                RABBIT_HOST=192.0.2.7
                RABBIT_USERID=cloud
                KEYSTONE_NOTIFICATION_OPT_OUT=""
                """)
                        .broker()
                        .orElseThrow();
        assertThat(other.external()).contains("192.0.2.7");
        assertThat(other.port()).isEqualTo(5672);
        assertThat(other.user()).isEqualTo("cloud");
        assertThat(other.optedOut()).isEmpty();
    }

    @Test
    void namesEveryVariableOfThatFileThatHasNoEffect() {
        CloudConfig config =
                CloudConfig.of(
                        LocalConfParser.parse(devstackOcata()), Map.of(), FakeHostFacts.ROOT);
        List<String> named =
                config.settings().notEffective().values().stream()
                        .flatMap(List::stream)
                        .map(name -> name.replaceAll(" \\(line.*", ""))
                        .toList();
        assertThat(named)
                .containsExactlyInAnyOrder(
                        "GIT_BASE",
                        "NOVNC_REPO",
                        "SPICE_REPO",
                        "RECLONE",
                        "SERVICE_TOKEN",
                        "RABBIT_PASSWORD",
                        "HORIZON_BRANCH",
                        "KEYSTONE_BRANCH",
                        "NOVA_BRANCH",
                        "NEUTRON_BRANCH",
                        "GLANCE_BRANCH",
                        "CINDER_BRANCH",
                        "HEAT_BRANCH",
                        "SWIFT_BRANCH",
                        "SWIFT_REPLICAS",
                        "SWIFT_HASH",
                        "service h-eng",
                        "service h-api",
                        "service h-api-cfn",
                        "service h-api-cw",
                        "service s-proxy",
                        "service s-object",
                        "service s-container",
                        "service s-account",
                        "service q-metering");
    }

    @Test
    void defaultsServeWithoutAFile() {
        CloudConfig config = read("");
        assertThat(config.host().address()).hasToString("192.0.2.7");
        assertThat(config.paths().data()).isEqualTo(Path.of("/opt/stack/data"));
        assertThat(config.paths().stackLog())
                .isEqualTo(Path.of("/opt/stack/data/logs/stack.sh.log"));
        assertThat(config.servers())
                .isEqualTo(new CloudConfig.Servers("libvirt", Optional.empty(), true));
        assertThat(config.ports())
                .isEqualTo(new CloudConfig.Ports(5000, 9292, 8774, 8775, 8778, 9696, 80));
        assertThat(config.networks().external().gateway()).hasToString("172.24.4.1");
        assertThat(config.secrets().admin()).isEmpty();
        assertThat(config.findings()).isEmpty();
        assertThat(config.settings().notEffective()).isEmpty();
    }

    @Test
    void everyDefaultOfTheTableIsAValueOfItsType() {
        for (Variable<?> variable : Variables.all()) {
            variable.standard()
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text ->
                            assertThat(variable.type().reader().apply(text))
                                    .as(variable.name())
                                    .isNotNull());
            assertThat(variable.meaning()).as(variable.name()).isNotBlank();
        }
        assertThat(Variables.all()).extracting(Variable::name).doesNotHaveDuplicates();
    }

    @Test
    void withoutRootTheCloudIsFakeAndLivesInTheHome() {
        HostFacts facts = new FakeHostFacts(Optional.empty(), false);
        CloudConfig config = CloudConfig.of(LocalConfParser.parse(""), Map.of(), facts);
        assertThat(config.servers().fake()).isTrue();
        assertThat(config.host().address()).hasToString("127.0.0.1");
        assertThat(config.paths().data())
                .isEqualTo(Path.of("/home/someone/.local/share/monostack"));
        assertThatThrownBy(() ->
                        CloudConfig.of(
                                LocalConfParser.parse("VIRT_DRIVER=libvirt"), Map.of(), facts))
                .hasMessage("line 1: VIRT_DRIVER=libvirt needs root; without root only fake works");
    }

    @Test
    void weakSamlSignaturesAreTakenOfNamedProvidersAlone() {
        assertThat(read("").identity().saml().sha1Providers()).isEmpty();
        assertThat(
                        read("KEYSTONE_SAML_SHA1_PROVIDERS=other-cloud,third")
                                .identity()
                                .saml()
                                .sha1Providers())
                .containsExactlyInAnyOrder("other-cloud", "third");
    }

    @Test
    void certificatesAreTakenOfNamedProxiesAlone() {
        CloudConfig.OAuth2 standard = read("").identity().oauth2();
        assertThat(standard.methods())
                .containsExactlyInAnyOrder("tls_client_auth", "client_secret_basic");
        assertThat(standard.mappingId()).isEqualTo("oauth2_mapping");
        assertThat(standard.certificateHeader()).isEmpty();
        CloudConfig.OAuth2 given =
                read("KEYSTONE_OAUTH2_CERTIFICATE_HEADER=X-Client-Certificate\n"
                                + "KEYSTONE_OAUTH2_CERTIFICATE_PROXIES=10.1.0.0/16,::1\n"
                                + "KEYSTONE_OAUTH2_AUTHN_METHODS=TLS_client_auth\n")
                        .identity()
                        .oauth2();
        assertThat(given.methods()).containsExactly("tls_client_auth");
        assertThat(given.certificateHeader()).contains("X-Client-Certificate");
        assertThat(given.proxies()).anyMatch(it -> it.contains("10.1.200.3"));
        assertThat(given.proxies()).anyMatch(it -> it.contains("::1"));
        assertThat(given.proxies()).noneMatch(it -> it.contains("10.2.0.1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "KEYSTONE_OAUTH2_CERTIFICATE_HEADER=X-C ~ needs KEYSTONE_OAUTH2_CERTIFICATE_PROXIES",
                "KEYSTONE_OAUTH2_CERTIFICATE_PROXIES=::1 ~ needs KEYSTONE_OAUTH2_CERTIFICATE_HEADER",
                "KEYSTONE_OAUTH2_CERTIFICATE_PROXIES=proxy ~ is no list of addresses and networks",
                "KEYSTONE_OAUTH2_CERTIFICATE_PROXIES=10.0.0.1/8 ~ has bits set behind its prefix",
                "KEYSTONE_OAUTH2_AUTHN_METHODS=certificate ~ is not one of tls_client_auth",
                "HOST_IP=192.168.31.300 ~ HOST_IP=192.168.31.300 is not an IPv4 address",
                "HOST_IP=host ~ HOST_IP=host is not an IPv4 address",
                "FLOATING_RANGE=10.1.0.0 ~ is not an IPv4 range",
                "FLOATING_RANGE=10.1.0.5/24 ~ has bits set after its prefix; the range is 10.1.0.0/24",
                "FIXED_RANGE=10.1.0.0/33 ~ has a prefix that is not from 1 to 30",
                "Q_USE_SECGROUP=maybe ~ is neither True nor False",
                "Q_FLOATING_ALLOCATION_POOL=172.24.4.10-172.24.4.20 ~ is not of the form start=ADDRESS,end=ADDRESS",
                "Q_FLOATING_ALLOCATION_POOL=start=172.24.4.20,end=172.24.4.10 ~ starts after it ends",
                "Q_FLOATING_ALLOCATION_POOL=start=172.24.4.1,end=172.24.4.10 ~ contains the gateway 172.24.4.1",
                "Q_FLOATING_ALLOCATION_POOL=start=172.24.5.1,end=172.24.5.10 ~ is not in FLOATING_RANGE 172.24.4.0/24",
                "PUBLIC_NETWORK_GATEWAY=10.9.9.9 ~ is not in FLOATING_RANGE 172.24.4.0/24",
                "NETWORK_GATEWAY=10.9.9.9 ~ is not in FIXED_RANGE 10.0.0.0/26",
                "FIXED_RANGE=172.24.0.0/16 ~ overlaps FLOATING_RANGE 172.24.4.0/24",
                "KEYSTONE_TOKEN_FORMAT=PKI ~ is not one of fernet, uuid",
                "KEYSTONE_SAML_ASSERTION_EXPIRATION_TIME=0 ~ is not a number from 1 to 86400",
                "KEYSTONE_SAML_IDP_CONTACT_TYPE=boss ~ is not one of technical, support",
                "KEYSTONE_SAML_IDP_ORGANIZATION_NAME=Us ~ needs KEYSTONE_SAML_IDP_ORGANIZATION_URL too",
                "KEYSTONE_SAML_IDP_ORGANIZATION_URL=http://us ~ needs KEYSTONE_SAML_IDP_ORGANIZATION_NAME too",
                "PUBLIC_INTERFACE=a-name-that-is-too-long ~ is not a network interface's name",
                "OVS_BRIDGE_MAPPINGS=public ~ is not a list of NETWORK:BRIDGE pairs",
                "OVS_BRIDGE_MAPPINGS=physnet1:br-other ~ does not map public to PUBLIC_BRIDGE br-ex",
                "IMAGE_URLS=cirros.img ~ is not an http, https or file URL",
                "DATA_DIR=relative ~ is not an absolute path",
                "DATA_DIR=/ ~ is too close to the root",
                "API_PORT=5000 ~ is the port of KEYSTONE_SERVICE_PORT already",
                "Q_PORT=70000 ~ is not a number from 1 to 65535",
                "VIRT_DRIVER=xen ~ is not one of libvirt, fake",
                "Q_PLUGIN=linuxbridge ~ is not one of ml2",
            })
    void aWrongValueStopsWithLineAndReason(String line, String reason) {
        assertThatThrownBy(() -> read("\n# comment\n" + line + "\n"))
                .isInstanceOf(LocalConfException.class)
                .hasMessageStartingWith("line 4: ")
                .hasMessageContaining(reason);
    }

    @Test
    void hostAddressMayNotBeGivenAway() {
        assertThatThrownBy(() -> read("HOST_IP=192.0.2.11\nFLOATING_RANGE=192.0.2.0/24\n"))
                .hasMessageContaining(
                        "line 3: FLOATING_RANGE=192.0.2.0/24 contains HOST_IP 192.0.2.11");
        assertThatThrownBy(() ->
                        read(
                                "HOST_IP=192.0.2.11\nFLOATING_RANGE=192.0.2.0/24\n"
                                        + "Q_FLOATING_ALLOCATION_POOL=start=192.0.2.10,end=192.0.2.20\n"))
                .hasMessageContaining("contains HOST_IP 192.0.2.11");
    }

    @Test
    void theEnvironmentWinsAndIsNamed() {
        CloudConfig config =
                read(
                        "HOST_IP=192.0.2.1\nADMIN_PASSWORD=one\n",
                        Map.of(
                                "HOST_IP", "127.0.0.2",
                                "ADMIN_PASSWORD", "two",
                                "NETNS", "lab",
                                "PATH", "/bin"));
        assertThat(config.host().address()).hasToString("127.0.0.2");
        assertThat(config.networkNamespace()).contains("lab");
        assertThat(config.findings())
                .containsExactly(
                        new Finding(2, "HOST_IP is taken from the environment instead: 127.0.0.2"),
                        new Finding(3, "ADMIN_PASSWORD is taken from the environment instead"));
        assertThatThrownBy(() -> read("", Map.of("Q_PORT", "x")))
                .hasMessage("environment: Q_PORT=x is not a number from 1 to 65535");
    }

    @Test
    void unknownVariablesAreReportedUnlessTheyServeAnother() {
        CloudConfig config =
                read(
                        """
                        SECRET_OF_MINE=abc
                        ADMIN_PASSWORD=$SECRET_OF_MINE
                        FLOATING_RANG=10.3.0.0/24
                        WHATEVER=1
                        LOGFILE=$NOWHERE/opt/x.log
                        enable_service frobnicator
                        """);
        assertThat(config.secrets().admin()).contains("abc");
        assertThat(config.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "line 6: $NOWHERE is not set; taken as empty",
                        "line 4: unknown variable FLOATING_RANG has no effect; did you mean"
                                + " FLOATING_RANGE?",
                        "line 5: unknown variable WHATEVER has no effect",
                        "line 7: unknown service frobnicator is not started");
    }

    @Test
    void laterLinesAndAppendsCount() {
        CloudConfig config =
                read(
                        """
                        DEST=/srv/stack
                        DATA_DIR=$DEST/state
                        IMAGE_URLS=http://one/a.img
                        IMAGE_URLS+=",http://two/b.img"
                        ENABLED_SERVICES=key,n-api,-n-api
                        enable_service g-api
                        HOST_IP=192.0.2.1
                        HOST_IP=192.0.2.2
                        """);
        assertThat(config.paths().data()).isEqualTo(Path.of("/srv/stack/state"));
        assertThat(config.images().urls()).containsExactly("http://one/a.img", "http://two/b.img");
        assertThat(config.settings().services()).containsExactly("key", "g-api");
        assertThat(config.host().address()).hasToString("192.0.2.2");
        assertThat(config.findings())
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("switched off but served all the same"));
    }

    @Test
    void passwordsAreNotPrintedByAccident() {
        assertThat(read("ADMIN_PASSWORD=verysecret\n").secrets().toString())
                .doesNotContain("verysecret");
    }
}
