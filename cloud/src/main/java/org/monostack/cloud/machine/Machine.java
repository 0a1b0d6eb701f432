package org.monostack.cloud.machine;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.cloud.config.HostFacts;
import org.monostack.cloud.config.Ipv4;

/** This machine, as seen from the network namespace that this process is in. Thread-safe. */
public final class Machine implements HostFacts {

    @Override
    public Optional<Ipv4> defaultAddress() {
        // Connecting a datagram socket sends nothing; the kernel only looks up the route.
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 9));
            InetAddress local = socket.getLocalAddress();
            return local instanceof Inet4Address && !local.isAnyLocalAddress()
                    ? Optional.of(Ipv4.parse(local.getHostAddress()))
                    : Optional.empty();
        } catch (SocketException | UnknownHostException | java.io.UncheckedIOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean root() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    @Override
    public Path home() {
        return Path.of(System.getProperty("user.home", "/"));
    }

    @Override
    public String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.isEmpty() ? "localhost" : name;
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** Every IPv4 address of every interface. */
    public List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                device.inetAddresses()
                        .filter(Inet4Address.class::isInstance)
                        .forEach(address -> addresses.add(address.getHostAddress()));
            }
        } catch (SocketException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return addresses;
    }

    /** The names of all network interfaces. */
    public List<String> interfaces() {
        try (var devices = Files.list(Path.of("/sys/class/net"))) {
            // /sys shows the namespace it was mounted in, so ask the kernel about this one.
            List<String> names = new ArrayList<>();
            NetworkInterface.networkInterfaces().forEach(device -> names.add(device.getName()));
            return names.isEmpty()
                    ? devices.map(device -> String.valueOf(device.getFileName())).toList()
                    : List.copyOf(names);
        } catch (IOException e) {
            return List.of();
        }
    }
}
