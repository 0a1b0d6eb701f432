package org.monostack.driver.libvirt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.monostack.driver.libvirt.binding.DomainStatus;
import org.monostack.driver.libvirt.binding.JobState;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.binding.LibvirtException;
import org.monostack.driver.libvirt.disk.ServerDisks;
import org.w3c.dom.Element;

/**
 * Copies root disks as they are at one instant. A running machine goes on meanwhile: QEMU copies
 * the old content of what it overwrites. The copy is a file in the server's own directory for as
 * long as its stream is open; one that a killed process left is removed by the next.
 */
final class DiskSnapshots {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Libvirt libvirt;
    private final ServerDisks disks;

    DiskSnapshots(Libvirt libvirt, ServerDisks disks) {
        this.libvirt = libvirt;
        this.disks = disks;
    }

    InputStream take(UUID server) throws IOException {
        Path copy = disks.snapshotFile(server);
        Optional<DomainStatus> status = libvirt.status(server);
        boolean active = status.isPresent() && status.get().state().active();
        if (active && libvirt.job(server) == JobState.RUNNING) {
            libvirt.abortJob(server); // Of a process that was killed.
        }
        Files.deleteIfExists(copy);
        if (active) {
            backUp(server, copy);
        } else {
            disks.copyRoot(server, copy);
        }
        return deletedOnClose(copy);
    }

    private void backUp(UUID server, Path copy) throws IOException {
        libvirt.beginBackup(server, request(server, copy));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try {
            while (true) {
                switch (libvirt.job(server)) {
                    case COMPLETED -> {
                        return;
                    }
                    case RUNNING -> Thread.sleep(POLL);
                    case NONE, FAILED ->
                            throw new IOException("copying the disk of " + server + " failed");
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("copying the disk of " + server + " took too long");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp(server, copy);
            throw new IOException("interrupted while a disk was copied", e);
        } catch (IOException | LibvirtException e) {
            giveUp(server, copy);
            throw e;
        }
    }

    private void giveUp(UUID server, Path copy) throws IOException {
        try {
            libvirt.abortJob(server);
        } catch (LibvirtException e) {
            // It ended by itself.
        }
        Files.deleteIfExists(copy);
    }

    /** Asks for the root disk; disks that are not named would be copied too. */
    private String request(UUID server, Path copy) throws IOException {
        Element devices =
                libvirt.description(server)
                        .flatMap(xml -> Xml.child(Xml.parse(xml), "devices"))
                        .orElseThrow(() -> new IOException("server " + server + " went away"));
        StringBuilder xml = new StringBuilder("<domainbackup><disks>");
        for (Element disk : Xml.children(devices, "disk")) {
            String name = Xml.child(disk, "target").map(t -> t.getAttribute("dev")).orElseThrow();
            String file = Xml.child(disk, "source").map(s -> s.getAttribute("file")).orElse("");
            boolean root = disks.isRoot(server, Path.of(file));
            xml.append("<disk name='").append(name).append("' backup='");
            if (root) {
                xml.append("yes' type='file'><target file='")
                        .append(DomainXml.escape(copy.toString()))
                        .append("'/><driver type='qcow2'/></disk>");
            } else {
                xml.append("no'/>");
            }
        }
        return xml.append("</disks></domainbackup>").toString();
    }

    private static InputStream deletedOnClose(Path file) throws IOException {
        return new FilterInputStream(Files.newInputStream(file)) {
            @Override
            public void close() throws IOException {
                try {
                    super.close();
                } finally {
                    Files.deleteIfExists(file);
                }
            }
        };
    }
}
