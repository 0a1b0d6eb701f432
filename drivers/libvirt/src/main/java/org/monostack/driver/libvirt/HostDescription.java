package org.monostack.driver.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.monostack.compute.spi.HostCapacity;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.platform.json.Json;
import org.w3c.dom.Element;
import tools.jackson.databind.node.ObjectNode;

/** Describes this host as Nova does, from libvirt's capabilities and from /proc. */
final class HostDescription {
    private static final long GIB = 1L << 30;

    private HostDescription() {}

    static HostCapacity read(Libvirt libvirt, String hostname, String hostIp, Path disks)
            throws IOException {
        Element host =
                Xml.child(Xml.parse(libvirt.capabilities()), "host")
                        .orElseThrow(() -> new IOException("libvirt does not describe the host"));
        Element cpu =
                Xml.child(host, "cpu")
                        .orElseThrow(() -> new IOException("libvirt does not describe the CPU"));
        return new HostCapacity(
                hostname,
                "QEMU",
                libvirt.hypervisorVersion(),
                Xml.text(cpu, "arch").orElse("x86_64"),
                Json.write(cpuInfo(cpu)),
                processors(),
                memoryMb(),
                Files.getFileStore(disks).getTotalSpace() / GIB,
                hostIp);
    }

    private static ObjectNode cpuInfo(Element cpu) {
        ObjectNode info = Json.object();
        info.put("arch", Xml.text(cpu, "arch").orElse("x86_64"));
        info.put("model", Xml.text(cpu, "model").orElse("unknown"));
        info.put("vendor", Xml.text(cpu, "vendor").orElse("unknown"));
        ObjectNode topology = info.putObject("topology");
        topology.put("cells", 1);
        Xml.child(cpu, "topology")
                .ifPresent(element -> {
                    for (String name : List.of("sockets", "cores", "threads")) {
                        topology.put(name, number(element.getAttribute(name)));
                    }
                });
        var features = info.putArray("features");
        for (Element feature : Xml.children(cpu, "feature")) {
            features.add(feature.getAttribute("name"));
        }
        return info;
    }

    private static int number(String text) {
        return text.isEmpty() ? 1 : Integer.parseInt(text);
    }

    private static int processors() throws IOException {
        long listed =
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("processor"))
                        .count();
        return listed > 0 ? (int) listed : Runtime.getRuntime().availableProcessors();
    }

    private static long memoryMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.toLowerCase(Locale.ROOT).startsWith("memtotal:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("/proc/meminfo has no MemTotal");
    }
}
