package org.monostack.driver.libvirt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.driver.libvirt.binding.Libvirt;
import org.monostack.driver.libvirt.disk.ImageCache;
import org.monostack.driver.libvirt.disk.ServerDisks;
import org.monostack.driver.libvirt.engine.Acceleration;
import org.monostack.driver.libvirt.engine.EngineException;
import org.monostack.driver.libvirt.engine.KvmProbe;
import org.monostack.driver.libvirt.engine.LibvirtEngine;
import org.monostack.driver.libvirt.engine.Programs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires the driver. {@link #start} brings up libvirt's daemons and gives a hypervisor that keeps
 * them up; {@link #close} lets go of them and leaves daemons and guests running, so that the next
 * process finds them. To stop them, use {@link #engine}, which needs no running module.
 */
public final class LibvirtModule implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LibvirtModule.class);
    private static final String QEMU = "qemu-system-x86_64";
    private static final Path KVM = Path.of("/dev/kvm");

    private final LibvirtEngine engine;
    private final Acceleration acceleration;
    private final LibvirtHypervisor hypervisor;

    private LibvirtModule(
            LibvirtEngine engine, Acceleration acceleration, LibvirtHypervisor hypervisor) {
        this.engine = engine;
        this.acceleration = acceleration;
        this.hypervisor = hypervisor;
    }

    /**
     * Starts the engine if it does not run and connects to it. Takes some seconds the first time.
     */
    public static LibvirtModule start(LibvirtConfig config) {
        LibvirtEngine engine = engine(config);
        Path data = config.dataDirectory();
        try {
            Files.createDirectories(data);
            Acceleration acceleration = acceleration(config);
            log.info("{}", acceleration.reason());
            engine.ensureStarted();
            ServerDisks disks =
                    new ServerDisks(
                            data.resolve("servers"), new ImageCache(data.resolve("images")));
            DomainXml descriptions = new DomainXml(acceleration.kvm(), qemu().toString());
            // The connection's keeper asks for the endpoint whenever the daemon is gone.
            Libvirt libvirt =
                    new Libvirt(() -> {
                        engine.ensureStarted();
                        return engine.uri();
                    });
            try {
                libvirt.connect();
            } catch (RuntimeException e) {
                libvirt.close();
                throw e;
            }
            return new LibvirtModule(
                    engine,
                    acceleration,
                    new LibvirtHypervisor(
                            config,
                            libvirt,
                            disks,
                            new DiskSnapshots(libvirt, disks),
                            new DomainPower(libvirt, disks, descriptions),
                            new NicSlots(libvirt),
                            engine));
        } catch (IOException e) {
            throw new UncheckedIOException("the libvirt driver cannot use " + data, e);
        }
    }

    /** The engine of a data directory, to stop it or to ask whether it runs; starts nothing. */
    public static LibvirtEngine engine(LibvirtConfig config) {
        Supplier<Acceleration> acceleration =
                () -> {
                    try {
                        return acceleration(config);
                    } catch (IOException e) {
                        throw new UncheckedIOException("KVM could not be tried out", e);
                    }
                };
        return new LibvirtEngine(config.dataDirectory().resolve("libvirt"), acceleration);
    }

    public Hypervisor hypervisor() {
        return hypervisor;
    }

    /** The programs that this module runs. */
    public List<LibvirtEngine> engines() {
        return List.of(engine);
    }

    /** How guests are run on this host, and why. */
    public Acceleration acceleration() {
        return acceleration;
    }

    @Override
    public void close() {
        hypervisor.close();
    }

    private static Acceleration acceleration(LibvirtConfig config) throws IOException {
        return switch (config.acceleration()) {
            case KVM -> new Acceleration(true, "KVM, as configured");
            case EMULATION -> new Acceleration(false, "emulating, as configured");
            case TRY ->
                    new KvmProbe(qemu(), config.dataDirectory().resolve("acceleration"), KVM)
                            .probe();
        };
    }

    private static Path qemu() {
        return Programs.find(QEMU)
                .orElseThrow(() ->
                        new EngineException(QEMU + " is not installed (Debian: qemu-system-x86)"));
    }
}
