package org.monostack.driver.ovn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.monostack.driver.ovn.engine.Command;
import org.monostack.driver.ovn.engine.Datapath;

/**
 * A host whose only way out becomes a port of the public bridge and comes back: {@code
 * PublicInterfaceScenario DIRECTORY PREFIX NEWER_SWITCH}, inside a network namespace.
 */
public final class PublicInterfaceScenario {

    private PublicInterfaceScenario() {}

    public static void main(String[] arguments) throws InterruptedException {
        String prefix = arguments[1];
        OvnConfig config = config("scenario", arguments);
        OvnConfig renamed = config("renamed", arguments);
        try (NamespaceGuest world =
                new NamespaceGuest(prefix + "-world", "phys0", "fa:16:3e:99:99:01")) {
            world.address("192.0.2.1/24");
            world.run("ip", "address", "add", "198.51.100.1/32", "dev", "lo");
            run("ip link set phys0 up");
            run("ip address add 192.0.2.10/24 dev phys0");
            run("ip route add default via 192.0.2.1");
            run("ip route add 203.0.113.0/24 via 192.0.2.7 dev phys0 metric 50");
            String mac = mac("phys0");

            OvnModule module = OvnModule.start(config);
            try {
                assertThat(run("ip -4 address show dev phys0")).doesNotContain("192.0.2.10");
                assertThat(run("ip -4 address show dev br-ex"))
                        .contains("192.0.2.10/24")
                        .doesNotContain("172.24.4.1");
                assertThat(run("ip route"))
                        .contains("default via 192.0.2.1 dev br-ex")
                        .contains("203.0.113.0/24 via 192.0.2.7 dev br-ex metric 50");
                assertThat(pings("198.51.100.1")).as("the world, over the bridge").isTrue();
                assertThat(mac("br-ex")).isEqualTo(mac);
                // What a crash leaves behind is found again, even by a host of another name.
                module.close();
                module = OvnModule.start(renamed);
                assertThat(pings("198.51.100.1")).isTrue();
                assertThat(chassis(module)).isEqualTo("renamed");
            } finally {
                module.close();
                OvnModule.stop(config);
            }
            assertThat(run("ip -4 address show dev phys0")).contains("192.0.2.10/24");
            assertThat(run("ip route"))
                    .contains("default via 192.0.2.1 dev phys0")
                    .contains("203.0.113.0/24 via 192.0.2.7 dev phys0 metric 50");
            assertThat(pings("198.51.100.1")).as("the world, as before").isTrue();
        }
        System.out.println("scenario passed");
    }

    private static String chassis(OvnModule module) throws InterruptedException {
        String names = "";
        for (int i = 0; i < 50 && names.isEmpty(); i++) {
            Thread.sleep(100);
            names =
                    run("ovn-sbctl --db="
                                    + module.engines().southbound()
                                    + " --bare --columns=name list Chassis")
                            .strip();
        }
        return names;
    }

    private static String mac(String device) {
        return run("ip -brief link show dev " + device).split(" +")[2];
    }

    private static OvnConfig config(String hostName, String[] arguments) {
        return OvnConfig.singleHost(Path.of(arguments[0]).resolve("pub"), hostName)
                .withPublicNetwork(Optional.of("phys0"), List.of("172.24.4.1/24"))
                .withNamespacePrefix(arguments[1])
                .withNewerSwitch(Path.of(arguments[2]))
                .withDatapath(Datapath.USERSPACE);
    }

    private static boolean pings(String address) {
        for (int i = 0; i < 5; i++) {
            if (Command.attempt("busybox", "ping", "-c", "1", "-W", "2", address).succeeded()) {
                return true;
            }
        }
        return false;
    }

    private static String run(String command) {
        return Command.run(command.split(" "));
    }
}
