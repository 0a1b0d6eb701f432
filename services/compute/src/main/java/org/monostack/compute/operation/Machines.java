package org.monostack.compute.operation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.metadata.MetadataDocuments;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.spi.MachineSpec;
import org.monostack.compute.store.HeldImageStore;
import org.monostack.compute.store.ServerStore;
import org.monostack.image.Images;
import org.monostack.network.Networks;
import org.monostack.network.ServerLink;
import org.monostack.network.ServerPort;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Lease;
import org.monostack.platform.operation.OperationFailed;

/**
 * Turns rows into what a hypervisor needs to know, afresh for each call, so that nothing is ever
 * decided by an old copy. Thread-safe.
 */
public final class Machines {
    private final Database database;
    private final ServerStore servers;
    private final HeldImageStore heldImages;
    private final Networks networks;
    private final Images images;
    private final MetadataDocuments documents;

    public Machines(
            Database database,
            ServerStore servers,
            HeldImageStore heldImages,
            Networks networks,
            Images images,
            MetadataDocuments documents) {
        this.database = database;
        this.servers = servers;
        this.heldImages = heldImages;
        this.networks = networks;
        this.images = images;
        this.documents = documents;
    }

    /**
     * A server with its ports, as the database has them now.
     *
     * @param told what a config drive tells of its ports; empty when it has none
     * @param disk the image whose content a new disk of it has
     */
    public record Machine(
            Server server, List<ServerLink> ports, List<ServerPort> told, ImageRef disk) {}

    /** Reads a server and its ports. Fails the operation when the server is gone. */
    public Machine read(UUID id) {
        return database.reading(tx -> read(tx, id, true));
    }

    private Machine read(Transaction tx, UUID id, boolean withPorts) {
        Server server =
                servers.find(tx, id)
                        .orElseThrow(() -> new OperationFailed("The server is deleted."));
        Optional<ImageRef> held = server.shelved() ? heldImages.find(tx, id) : Optional.empty();
        return new Machine(
                server,
                withPorts ? networks.linksOf(tx, id) : List.of(),
                server.wish().configDrive() ? networks.ofServer(tx, id) : List.of(),
                held.orElse(server.image()));
    }

    /** What a server shall be rescued with. */
    public MachineSpec.ImageSource rescueImage(UUID id) {
        return source(
                database.reading(tx -> heldImages.find(tx, id))
                        .orElseThrow(() -> new OperationFailed("There is no rescue image.")));
    }

    private MachineSpec.ImageSource source(ImageRef image) {
        UUID id = UUID.fromString(image.id());
        return new MachineSpec.ImageSource(
                id, image.sha512(), image.diskFormat(), image.sizeBytes(), () -> images.open(id));
    }

    /** Reads a server for work that a waiting deletion should stop. */
    public Machine readUnlessCancelled(UUID id) {
        Machine machine = read(id);
        requireWanted(machine.server());
        return machine;
    }

    private static void requireWanted(Server server) {
        if (server.state().cancel()) {
            throw new OperationFailed(
                    server.state().task().equals(Optional.of(TaskState.DELETING))
                            ? "The server is being deleted."
                            : "The server's state was reset.");
        }
    }

    /** Plugs all ports of a server, and describes its machine with them. */
    public MachineSpec plug(Machine machine) {
        List<MachineSpec.Nic> nics = new ArrayList<>();
        for (ServerLink port : machine.ports()) {
            nics.add(plug(port));
        }
        return spec(machine, nics);
    }

    /** Describes the machine of a server whose ports are plugged. */
    public MachineSpec plugged(Machine machine) {
        return spec(
                machine,
                machine.ports().stream()
                        .map(port -> nic(port, networks.device(port.portId())))
                        .toList());
    }

    public MachineSpec.Nic plug(ServerLink port) {
        Lease.requireHeld();
        return nic(port, networks.plug(port.portId()));
    }

    private static MachineSpec.Nic nic(ServerLink port, String device) {
        return new MachineSpec.Nic(port.portId(), port.mac(), device, port.mtu());
    }

    /** Takes a port's device from the host. */
    public void unplug(UUID port) {
        Lease.requireHeld();
        networks.unplug(port);
    }

    /**
     * The machine without network devices, for work on its disks that a waiting deletion should
     * stop.
     */
    public MachineSpec withoutNics(UUID id) {
        Machine machine = database.reading(tx -> read(tx, id, false));
        requireWanted(machine.server());
        return spec(machine, List.of());
    }

    private MachineSpec spec(Machine machine, List<MachineSpec.Nic> nics) {
        Server server = machine.server();
        Map<String, String> properties = new HashMap<>(server.image().properties());
        server.flavor()
                .extraSpecs()
                .forEach((name, value) -> {
                    if (name.startsWith("hw:")) {
                        properties.put("hw_" + name.substring(3).replace(':', '_'), value);
                    }
                });
        Optional<Map<String, byte[]>> drive =
                server.wish().configDrive()
                        ? Optional.of(documents.configDrive(server, machine.told()))
                        : Optional.empty();
        return new MachineSpec(
                server.id(),
                server.instanceName(),
                server.wish().name(),
                server.flavor().vcpus(),
                server.flavor().memoryMb(),
                server.flavor().rootGb(),
                server.flavor().ephemeralGb(),
                server.flavor().swapMb(),
                source(machine.disk()),
                nics,
                drive,
                properties);
    }
}
