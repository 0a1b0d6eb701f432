package org.monostack.driver.ovn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.monostack.driver.ovn.engine.Command;

/**
 * A stand-in for a server: a network namespace whose only device is the far end of what the driver
 * takes for the server's tap.
 */
final class NamespaceGuest implements AutoCloseable {

    private static final String DHCP_SCRIPT =
            """
            #!/bin/sh
            [ "$1" = bound ] || [ "$1" = renew ] || exit 0
            ip address replace "$ip/$mask" dev "$interface"
            [ -z "$mtu" ] || ip link set dev "$interface" mtu "$mtu"
            set -- $staticroutes
            while [ $# -ge 2 ]; do
                ip route replace "$1" via "$2" dev "$interface"
                shift 2
            done
            """;

    private static final int LARGE = 4_000_000;

    private final String name;
    private final List<Process> servers = new ArrayList<>();

    /** Makes the namespace with a pair of devices, one end called {@code outside} on the host. */
    NamespaceGuest(String name, String outside, String mac) {
        this.name = name;
        Command.run("ip", "netns", "add", name);
        Command.run(
                "ip", "link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns",
                name);
        run("ip", "link", "set", "lo", "up");
        run("ip", "link", "set", "eth0", "address", mac, "up");
        run("ethtool", "-K", "eth0", "tx", "off");
    }

    String run(String... command) {
        return Command.run(Duration.ofSeconds(20), Map.of(), inside(command));
    }

    boolean succeeds(String... command) {
        return Command.attempt(Duration.ofSeconds(20), Map.of(), inside(command)).succeeded();
    }

    void address(String withPrefix) {
        run("ip", "address", "replace", withPrefix, "dev", "eth0");
    }

    /** Asks for router advertisements and a lease, as a guest does at boot. */
    void boot(Path directory) throws IOException {
        run("ip", "link", "set", "dev", "eth0", "down");
        run("ip", "link", "set", "dev", "eth0", "up");
        dhcp(directory);
    }

    /** Gets a lease. */
    void dhcp(Path directory) throws IOException {
        Path script = directory.resolve("dhcp.sh");
        Files.writeString(script, DHCP_SCRIPT);
        Files.setPosixFilePermissions(
                script, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        run(
                "busybox",
                "udhcpc",
                "-i",
                "eth0",
                "-f",
                "-n",
                "-q",
                "-t",
                "10",
                "-T",
                "1",
                "-O",
                "mtu",
                "-O",
                "staticroutes",
                "-s",
                script.toString());
    }

    boolean pings(String address) {
        return succeeds("busybox", "ping", "-c", "1", "-W", "2", address);
    }

    boolean pings6(String address) {
        return succeeds("busybox", "ping6", "-c", "1", "-W", "2", address);
    }

    /** Answers HTTP with a page. */
    void serve(int port, Path directory) throws IOException {
        Files.writeString(directory.resolve("index.html"), "served by " + name);
        Files.write(directory.resolve("large"), new byte[LARGE]);
        servers.add(
                new ProcessBuilder(
                                inside(
                                        "busybox",
                                        "httpd",
                                        "-f",
                                        "-p",
                                        Integer.toString(port),
                                        "-h",
                                        directory.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /** What a web server answers; empty when nothing comes. */
    String fetch(String address, int port) {
        return Command.attempt(Duration.ofSeconds(20), Map.of(), inside(fetching(address, port)))
                .output();
    }

    /** As {@link #fetch}, from the host's own namespace. */
    static String fetchFromHost(String address, int port) {
        return Command.attempt(fetching(address, port)).output();
    }

    /** Whether many full segments come through. */
    boolean fetchesLarge(String address, int port) {
        return isLarge(
                Command.attempt(Duration.ofSeconds(20), Map.of(), inside(large(address, port))));
    }

    static boolean hostFetchesLarge(String address, int port) {
        return isLarge(Command.attempt(large(address, port)));
    }

    private static boolean isLarge(Command.Result result) {
        return Long.parseLong(result.output().strip()) > LARGE;
    }

    private static String[] large(String address, int port) {
        return new String[] {
            "bash",
            "-c",
            "exec 3<>/dev/tcp/%s/%d && printf 'GET /large HTTP/1.0\\r\\n\\r\\n' >&3 && timeout 8 cat <&3 | wc -c"
                    .formatted(address, port)
        };
    }

    private static String[] fetching(String address, int port) {
        return new String[] {
            "timeout",
            "4",
            "bash",
            "-c",
            "exec 3<>/dev/tcp/%s/%d && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3 2>&1"
                    .formatted(address, port)
        };
    }

    private List<String> inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return all;
    }

    @Override
    public void close() {
        servers.forEach(Process::destroyForcibly);
        Command.attempt("ip", "netns", "delete", name);
    }
}
