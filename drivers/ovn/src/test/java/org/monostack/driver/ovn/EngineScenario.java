package org.monostack.driver.ovn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.monostack.driver.ovn.engine.Command;
import org.monostack.driver.ovn.engine.Datapath;
import org.monostack.driver.ovn.engine.OvnEngines;
import org.monostack.driver.ovn.engine.OvnEngines.Health;
import org.monostack.network.spi.NetworkDriver;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.network.spi.NetworkDriver.MetadataSocketListener;
import org.monostack.network.spi.NetworkIntent;
import org.monostack.network.spi.NetworkIntent.SubnetIntent;
import org.monostack.network.spi.PortIntent;
import org.monostack.network.spi.RouterIntent;
import org.monostack.network.spi.SecurityGroupIntent;
import org.monostack.network.spi.SecurityGroupIntent.Rule;
import org.monostack.network.spi.Topology;

/**
 * The whole engine with guests, run as a program of its own inside a network namespace: {@code
 * EngineScenario DIRECTORY PREFIX NEWER_SWITCH}. Ends with status 0 when all was as it must be.
 * With a fourth argument, a number of minutes, it then renews a guest's lease every 63 seconds for
 * that long.
 */
public final class EngineScenario {

    private static final UUID NETWORK = UUID.randomUUID();
    private static final UUID SUBNET = UUID.randomUUID();
    private static final UUID PUBLIC = UUID.randomUUID();
    private static final UUID PUBLIC_SUBNET = UUID.randomUUID();
    private static final UUID ROUTER = UUID.randomUUID();
    private static final UUID GROUP = UUID.randomUUID();
    private static final UUID METADATA_PORT = UUID.randomUUID();
    private static final UUID SUBNET6 = UUID.randomUUID();
    private static final String FLOATING = "172.24.4.101";
    private static final String ALICE6 = "fd00:1::f816:3eff:fe11:1101";

    private final OvnConfig config;
    private final Path directory;
    private final String prefix;
    private final PortIntent alice;
    private final PortIntent bob;
    private final PortIntent carol;
    private final Set<UUID> up = ConcurrentHashMap.newKeySet();
    private final MetadataEcho metadata = new MetadataEcho();

    private EngineScenario(Path directory, String prefix, Path newerSwitch) {
        this.directory = directory;
        this.prefix = prefix;
        this.config =
                OvnConfig.singleHost(directory.resolve("ovn"), "scenario")
                        .withPublicNetwork(Optional.of("no-such-device"), List.of("172.24.4.1/24"))
                        .withNamespacePrefix(prefix)
                        .withNewerSwitch(newerSwitch)
                        .withDatapath(Datapath.USERSPACE);
        this.alice = port("fa:16:3e:11:11:01", "10.0.1.11", ALICE6);
        this.bob = port("fa:16:3e:11:11:02", "10.0.1.12", "fd00:1::f816:3eff:fe11:1102");
        this.carol = port("fa:16:3e:11:11:03", "10.0.1.13", "fd00:1::f816:3eff:fe11:1103");
    }

    public static void main(String[] arguments) throws Exception {
        EngineScenario scenario =
                new EngineScenario(Path.of(arguments[0]), arguments[1], Path.of(arguments[2]));
        int minutes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 0;
        scenario.run(minutes);
        System.out.println("scenario passed");
    }

    private void run(int soakMinutes) throws Exception {
        OvnModule module = OvnModule.start(config);
        try (NamespaceGuest outside = outside(module);
                NamespaceGuest a = guest("a", alice);
                NamespaceGuest b = guest("b", bob)) {
            step("engine is up");
            listen(module);
            OvnNetworkDriver driver = module.driver();
            assertThat(driver.synchronise(topology(List.of()))).isPositive();
            assertThat(driver.synchronise(topology(List.of()))).isZero();
            assertThat(driver.plug(alice)).isEqualTo(NetworkDriver.device(alice.id()));
            driver.plug(bob);
            driver.plug(bob);
            await("ports are up", () -> driver.isUp(alice.id()) && driver.isUp(bob.id()));
            await("listener is told", () -> up.containsAll(Set.of(alice.id(), bob.id())));
            driver.plug(carol);
            assertThat(
                            Command.run(
                                    "ip",
                                    "-details",
                                    "link",
                                    "show",
                                    NetworkDriver.device(carol.id())))
                    .contains("tun type tap")
                    .contains("mtu 1442");
            await("a tap nobody has opened is up too", () -> driver.isUp(carol.id()));
            assertThat(driver.plugged())
                    .containsExactlyInAnyOrder(alice.id(), bob.id(), carol.id());
            step("ports are up");

            a.boot(directory);
            b.boot(directory);
            assertThat(a.run("ip", "address", "show", "eth0"))
                    .contains("10.0.1.11/24")
                    .contains("mtu 1442");
            assertThat(a.run("ip", "route")).contains("169.254.169.254 via 10.0.1.2");
            step("DHCP");

            await("guests reach each other", () -> a.pings("10.0.1.12"));
            await("router advertisements", () -> a.run("ip", "address").contains(ALICE6 + "/64"));
            await("IPv6 neighbours", () -> b.pings6(ALICE6) && b.pings6("fd00:1::1"));
            step("IPv6");
            a.serve(8080, Files.createDirectories(directory.resolve("a")));
            outside.serve(8080, Files.createDirectories(directory.resolve("outside")));
            assertThat(b.fetch("10.0.1.11", 8080)).doesNotContain("served by");
            step("security group keeps out");
            driver.put(group(List.of(tcp(8080))));
            await("rule lets in", () -> b.fetch("10.0.1.11", 8080).contains("served by"));
            step("security group lets in");

            await("source NAT carries pings", () -> b.pings("172.24.4.50"));
            assertThat(b.fetch("172.24.4.50", 8080)).contains("served by " + prefix + "-outside");
            step("source NAT");
            await(
                    "floating IP from the host",
                    () ->
                            NamespaceGuest.fetchFromHost(FLOATING, 8080)
                                    .contains("served by " + prefix + "-a"));
            assertThat(outside.fetch(FLOATING, 8080)).contains("served by " + prefix + "-a");
            assertThat(NamespaceGuest.hostFetchesLarge(FLOATING, 8080)).isTrue();
            assertThat(outside.fetchesLarge(FLOATING, 8080)).isTrue();
            assertThat(b.fetchesLarge("172.24.4.50", 8080)).isTrue();
            assertThat(b.fetchesLarge("10.0.1.11", 8080)).isTrue();
            step("floating IP");

            assertThat(b.fetch("169.254.169.254", 80)).contains("you are 10.0.1.12 of " + NETWORK);
            step("metadata");

            module.close();
            assertThat(a.pings("10.0.1.12")).isTrue();
            module = OvnModule.start(config);
            listen(module);
            OvnNetworkDriver again = module.driver();
            assertThat(again.synchronise(topology(List.of(tcp(8080))))).isZero();
            assertThat(again.plugged()).containsExactlyInAnyOrder(alice.id(), bob.id(), carol.id());
            assertThat(again.isUp(alice.id())).isTrue();
            assertThat(a.fetch("169.254.169.254", 80)).contains("you are 10.0.1.11");
            step("a new process finds all again");

            long dead = pid(module, "ovs-vswitchd");
            ProcessHandle.of(dead).ifPresent(ProcessHandle::destroyForcibly);
            await(
                    "the switch comes back",
                    () ->
                            NamespaceGuest.fetchFromHost(FLOATING, 8080)
                                    .contains("served by " + prefix + "-a"));
            assertThat(pid(module, "ovs-vswitchd")).isNotEqualTo(dead);
            step("a killed switch is started again");

            soak(module, a, b, directory, soakMinutes);
            assertNothingWrongIn("ovn-controller.log");

            module.close();
            loseWhatARebootLoses();
            module = OvnModule.start(config);
            listen(module);
            OvnNetworkDriver rebooted = module.driver();
            assertThat(rebooted.plugged()).doesNotContain(carol.id());
            assertThat(rebooted.synchronise(topology(List.of(tcp(8080))))).isZero();
            for (PortIntent port : List.of(alice, bob, carol)) {
                rebooted.plug(port);
            }
            await("ports are up again", () -> rebooted.isUp(carol.id()) && rebooted.isUp(bob.id()));
            await("metadata again", () -> b.fetch("169.254.169.254", 80).contains("you are"));
            step("a reboot is survived");

            rebooted.unplug(bob.id());
            assertThat(rebooted.plugged()).containsExactlyInAnyOrder(alice.id(), carol.id());
            await("port goes down", () -> !rebooted.isUp(bob.id()));
            rebooted.remove(IntentKind.PORT, bob.id());
            assertThat(
                            rebooted.synchronise(
                                    new Topology(List.of(), List.of(), List.of(), List.of())))
                    .isPositive();
            assertThat(rebooted.plugged()).isEmpty();
            assertThat(Command.run("ip", "netns", "list")).doesNotContain(NETWORK.toString());
            step("nothing is left");
        } finally {
            module.stop();
        }
        assertThat(module.engines().health()).noneMatch(Health::running);
    }

    private static void soak(
            OvnModule module, NamespaceGuest a, NamespaceGuest b, Path directory, int minutes)
            throws Exception {
        long pid = pid(module, "ovs-vswitchd");
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(Duration.ofSeconds(63));
            a.dhcp(directory);
            assertThat(a.pings("10.0.1.12")).isTrue();
            assertThat(b.pings("172.24.4.50")).isTrue();
            assertThat(pid(module, "ovs-vswitchd")).isEqualTo(pid);
            System.out.println(
                    Files.readString(Path.of("/proc/" + pid + "/status"))
                            .lines()
                            .filter(line -> line.startsWith("VmRSS"))
                            .findFirst()
                            .orElse("?"));
        }
    }

    /** Daemons and what the kernel holds; the stand-ins for servers stay, to be found again. */
    private void loseWhatARebootLoses() {
        try (OvnEngines engines = new OvnEngines(config.engine())) {
            engines.stop();
        }
        Command.run("ip", "netns", "delete", prefix + "-" + NETWORK);
        Command.run("ip", "link", "delete", NetworkDriver.device(carol.id()));
    }

    /** OVN takes wrong options without a word and complains in its controller's log alone. */
    private void assertNothingWrongIn(String file) throws IOException {
        Path log = config.engine().directory().resolve("chassis").resolve(file);
        assertThat(Files.readString(log)).doesNotContain("error parsing");
    }

    private void listen(OvnModule module) {
        module.driver()
                .onPortStatus((port, isUp) -> {
                    if (isUp) {
                        up.add(port);
                    } else {
                        up.remove(port);
                    }
                });
        module.driver().onMetadataSocket(metadata);
    }

    private NamespaceGuest guest(String name, PortIntent port) {
        // The driver takes a device that is there for the tap it made before.
        return new NamespaceGuest(prefix + "-" + name, NetworkDriver.device(port.id()), port.mac());
    }

    private NamespaceGuest outside(OvnModule module) {
        NamespaceGuest outside =
                new NamespaceGuest(prefix + "-outside", "outside", "fa:16:3e:99:99:99");
        Command.run("ip", "link", "set", "dev", "outside", "up");
        outside.address("172.24.4.50/24");
        module.engines().chassis().ensurePort("br-ex", "outside", Map.of());
        return outside;
    }

    private Topology topology(List<Rule> moreRules) {
        SubnetIntent subnet =
                new SubnetIntent(
                        SUBNET,
                        "10.0.1.0/24",
                        true,
                        Optional.of("10.0.1.1"),
                        Optional.of("10.0.1.2"),
                        List.of("192.0.2.53"),
                        List.of(),
                        Optional.empty());
        SubnetIntent subnet6 =
                new SubnetIntent(
                        SUBNET6,
                        "fd00:1::/64",
                        true,
                        Optional.of("fd00:1::1"),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.of("slaac"));
        SubnetIntent publicSubnet =
                new SubnetIntent(
                        PUBLIC_SUBNET,
                        "172.24.4.0/24",
                        false,
                        Optional.of("172.24.4.1"),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.empty());
        RouterIntent router =
                new RouterIntent(
                        ROUTER,
                        "router",
                        true,
                        List.of(
                                new RouterIntent.Interface(
                                        UUID.nameUUIDFromBytes(new byte[] {1}),
                                        NETWORK,
                                        "fa:16:3e:00:01:01",
                                        List.of("10.0.1.1/24", "fd00:1::1/64"),
                                        1442)),
                        Optional.of(
                                new RouterIntent.Gateway(
                                        UUID.nameUUIDFromBytes(new byte[] {2}),
                                        PUBLIC,
                                        "fa:16:3e:00:04:10",
                                        List.of("172.24.4.10/24"),
                                        List.of("172.24.4.1"),
                                        1500)),
                        List.of("10.0.1.0/24"),
                        List.of(),
                        List.of(
                                new RouterIntent.FloatingIp(
                                        UUID.nameUUIDFromBytes(new byte[] {3}),
                                        FLOATING,
                                        "10.0.1.11",
                                        alice.id(),
                                        "fa:16:3e:00:04:11")),
                        1);
        PortIntent metadataPort =
                new PortIntent(
                        METADATA_PORT,
                        NETWORK,
                        PortIntent.Kind.METADATA,
                        "fa:16:3e:22:22:01",
                        List.of(new PortIntent.FixedIp(SUBNET, "10.0.1.2")),
                        true,
                        false,
                        Set.of(),
                        List.of(),
                        Map.of(),
                        Optional.empty(),
                        1442,
                        1);
        return new Topology(
                List.of(
                        new NetworkIntent(
                                NETWORK,
                                "private",
                                true,
                                Optional.empty(),
                                1442,
                                List.of(subnet, subnet6),
                                1),
                        new NetworkIntent(
                                PUBLIC,
                                "public",
                                true,
                                Optional.of(new NetworkIntent.Provider("public", Optional.empty())),
                                1500,
                                List.of(publicSubnet),
                                1)),
                List.of(alice, bob, carol, metadataPort),
                List.of(router),
                List.of(group(moreRules)));
    }

    private static SecurityGroupIntent group(List<Rule> more) {
        List<Rule> rules =
                new java.util.ArrayList<>(
                        List.of(
                                rule(10, false, false, Optional.empty(), Optional.empty()),
                                rule(13, false, true, Optional.empty(), Optional.empty()),
                                rule(14, true, true, Optional.of("icmp"), Optional.of(GROUP)),
                                rule(11, true, false, Optional.of("icmp"), Optional.of(GROUP))));
        rules.addAll(more);
        return new SecurityGroupIntent(GROUP, "default", true, rules, 1);
    }

    private static Rule rule(
            int id,
            boolean ingress,
            boolean ipv6,
            Optional<String> protocol,
            Optional<UUID> remote) {
        return new Rule(
                UUID.nameUUIDFromBytes(new byte[] {(byte) id}),
                ingress,
                ipv6,
                protocol,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                remote);
    }

    private static Rule tcp(int port) {
        return new Rule(
                UUID.nameUUIDFromBytes(new byte[] {12}),
                true,
                false,
                Optional.of("tcp"),
                Optional.of(port),
                Optional.of(port),
                Optional.of("0.0.0.0/0"),
                Optional.empty());
    }

    private static PortIntent port(String mac, String address, String address6) {
        return new PortIntent(
                UUID.randomUUID(),
                NETWORK,
                PortIntent.Kind.DEVICE,
                mac,
                List.of(
                        new PortIntent.FixedIp(SUBNET, address),
                        new PortIntent.FixedIp(SUBNET6, address6)),
                true,
                true,
                Set.of(GROUP),
                List.of(),
                Map.of(),
                Optional.of("scenario"),
                1442,
                1);
    }

    private static long pid(OvnModule module, String name) {
        return module.engines().health().stream()
                .filter(health -> health.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pid()
                .orElse(0);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("timely: " + what).isLessThan(end);
            Thread.sleep(100);
        }
    }

    private static final long START = System.nanoTime();

    private static void step(String what) {
        System.out.printf("%6.2f s: %s%n", (System.nanoTime() - START) / 1e9, what);
    }

    /** Tells whoever asks for metadata who he is. */
    private static final class MetadataEcho implements MetadataSocketListener {
        private final Map<UUID, ServerSocketChannel> channels = new ConcurrentHashMap<>();

        @Override
        public void opened(UUID network, ServerSocketChannel channel) {
            channels.put(network, channel);
            Thread.ofVirtual().start(() -> serve(network, channel));
        }

        @Override
        public void closed(UUID network) {
            try (ServerSocketChannel channel = channels.remove(network)) {
                assertThat(channel).isNotNull();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void serve(UUID network, ServerSocketChannel channel) {
            while (true) {
                try (SocketChannel guest = channel.accept()) {
                    guest.read(ByteBuffer.allocate(1024));
                    String from =
                            ((InetSocketAddress) guest.getRemoteAddress())
                                    .getAddress()
                                    .getHostAddress();
                    String answer = "you are %s of %s\n".formatted(from, network);
                    guest.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                    return;
                }
            }
        }
    }
}
