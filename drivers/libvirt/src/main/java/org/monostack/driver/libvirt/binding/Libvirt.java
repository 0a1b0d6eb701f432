package org.monostack.driver.libvirt.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The libvirt calls that the driver needs, for any thread. Each runs on a small pool of platform
 * threads, for a native call would hold a virtual thread's carrier; the caller waits no longer than
 * the call's limit and then gets a {@link LibvirtException} while the call itself goes on.
 *
 * <p>A keeper looks every two seconds whether the connection lives and opens another otherwise, so
 * that a daemon that died is started again (by the endpoint) even when nobody calls. A call that
 * was under way when the daemon died fails; what it did is unknown, so callers look again.
 */
public final class Libvirt implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Libvirt.class);

    // As many as the daemon is told to serve at once for one client.
    private static final int THREADS = 16;
    private static final Duration QUICK = Duration.ofSeconds(30);
    // The first connection waits for the daemon to find out what QEMU can do.
    private static final Duration SLOW = Duration.ofSeconds(120);
    // Memory of any size goes to disk or comes from it.
    private static final Duration SAVING = Duration.ofMinutes(15);
    private static final long KEEPER_SECONDS = 2;

    private static final int SHUTDOWN_ACPI = 1;
    private static final int SAVE_RUNNING = 1 << 1;
    private static final int METADATA_ELEMENT = 2;
    // Saved memory, snapshot and checkpoint descriptions, firmware variables, TPM state.
    private static final int UNDEFINE_EVERYTHING = 1 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5;

    private static final int AFFECT_LIVE = 1;
    private static final int AFFECT_DEFINITION = 1 << 1;

    private final NativeLibrary library = NativeLibrary.get();
    private final DomainReader reader = new DomainReader(library);
    private final ExecutorService pool =
            Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().daemon().name("libvirt-", 0).factory());
    private final ExecutorService eventThread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("libvirt-events").factory());
    private final ScheduledExecutorService keeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("libvirt-keeper").factory());
    private final List<Consumer<LifecycleEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> connectionListeners = new CopyOnWriteArrayList<>();
    private final Session session;

    private interface Call<T> {
        T run(MemorySegment target);
    }

    /**
     * @param endpoint gives the URI to connect to; called whenever a connection is needed and every
     *     two seconds, so it may start what is not running
     */
    public Libvirt(Supplier<String> endpoint) {
        session = new Session(library, endpoint, this::dispatch, this::connected);
        keeper.scheduleWithFixedDelay(this::keep, KEEPER_SECONDS, KEEPER_SECONDS, TimeUnit.SECONDS);
    }

    /** Connects now instead of at the first call. */
    public void connect() {
        onConnection("connect", SLOW, connection -> 0);
    }

    /** Called on a thread of this object's own; a slow listener delays the others. */
    public void onLifecycleEvent(Consumer<LifecycleEvent> listener) {
        listeners.add(listener);
    }

    /**
     * Called on the same thread whenever a connection was made, from which on there are events: of
     * what happened before, nobody was told.
     */
    public void onConnected(Runnable listener) {
        connectionListeners.add(listener);
    }

    /** QEMU's version as major * 1,000,000 + minor * 1,000 + micro. */
    public long hypervisorVersion() {
        return onConnection(
                "read QEMU's version",
                SLOW,
                connection -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment version = arena.allocate(ValueLayout.JAVA_LONG);
                        library.checked(
                                "read QEMU's version", "virConnectGetVersion", connection, version);
                        return version.get(ValueLayout.JAVA_LONG, 0);
                    }
                });
    }

    /** libvirt's description of the host, in XML. */
    public String capabilities() {
        return onConnection(
                "read the host's capabilities",
                SLOW,
                connection ->
                        library.checkedString(
                                "read the host's capabilities",
                                "virConnectGetCapabilities",
                                connection));
    }

    /** Every defined or running domain. */
    public List<DomainStatus> domains() {
        return onConnection("list domains", QUICK, reader::list);
    }

    public Optional<DomainStatus> status(UUID uuid) {
        return present(() -> onDomain(uuid, "read the state of", QUICK, reader::status));
    }

    /** The domain's description in XML, as it is now. */
    public Optional<String> description(UUID uuid) {
        return present(() ->
                onDomain(
                        uuid,
                        "describe",
                        QUICK,
                        domain ->
                                library.checkedString(
                                        "describe " + uuid, "virDomainGetXMLDesc", domain, 0)));
    }

    /** The metadata element of that namespace; empty if the domain or the element is unknown. */
    public Optional<String> metadata(UUID uuid, String namespace) {
        try {
            return Optional.of(
                    onDomain(
                            uuid,
                            "read metadata of",
                            QUICK,
                            domain ->
                                    library.checkedString(
                                            "read metadata of " + uuid,
                                            "virDomainGetMetadata",
                                            domain,
                                            METADATA_ELEMENT,
                                            namespace,
                                            0)));
        } catch (LibvirtException e) {
            if (e.noSuchDomain() || e.noMetadata()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Defines a domain, or replaces the definition of the same UUID and name. */
    public void define(String xml) {
        onConnection(
                "define a domain",
                QUICK,
                connection -> {
                    MemorySegment domain =
                            library.checkedPointer(
                                    "define the domain",
                                    "virDomainDefineXMLFlags",
                                    connection,
                                    xml,
                                    0);
                    return library.integer("virDomainFree", domain);
                });
    }

    /** Removes the definition with saved memory and all that belongs to it. */
    public void undefine(UUID uuid) {
        act(uuid, "undefine", QUICK, "virDomainUndefineFlags", UNDEFINE_EVERYTHING);
    }

    /** Starts a defined domain; one with saved memory goes on from there. */
    public void create(UUID uuid) {
        act(uuid, "start", SAVING, "virDomainCreateWithFlags", 0);
    }

    /** Pulls the plug: SIGTERM to QEMU, SIGKILL if that does not help. */
    public void destroy(UUID uuid) {
        act(uuid, "power off", SLOW, "virDomainDestroyFlags", 0);
    }

    /** Presses the power button; returns without waiting for the guest. */
    public void shutdown(UUID uuid) {
        act(uuid, "shut down", QUICK, "virDomainShutdownFlags", SHUTDOWN_ACPI);
    }

    /** Asks the guest to reboot; returns without waiting for it. */
    public void reboot(UUID uuid) {
        act(uuid, "reboot", QUICK, "virDomainReboot", 0);
    }

    /** Presses the reset button. */
    public void reset(UUID uuid) {
        act(uuid, "reset", QUICK, "virDomainReset", 0);
    }

    /** Stops the processors; memory stays. */
    public void suspend(UUID uuid) {
        act(uuid, "pause", QUICK, "virDomainSuspend");
    }

    /** Lets the processors run again. */
    public void resume(UUID uuid) {
        act(uuid, "unpause", QUICK, "virDomainResume");
    }

    /** Saves memory and powers off; {@link #create} brings the domain back running. */
    public void save(UUID uuid) {
        act(uuid, "save", SAVING, "virDomainManagedSave", SAVE_RUNNING);
    }

    /** Throws saved memory away. */
    public void discardSaved(UUID uuid) {
        act(uuid, "discard saved memory of", QUICK, "virDomainManagedSaveRemove", 0);
    }

    /** Sizes of the disk with that target name or source path. */
    public BlockInfo blockInfo(UUID uuid, String disk) {
        return onDomain(
                uuid,
                "measure a disk of",
                QUICK,
                domain -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment info = arena.allocate(ValueLayout.JAVA_LONG, 3);
                        library.checked(
                                "measure disk " + disk,
                                "virDomainGetBlockInfo",
                                domain,
                                disk,
                                info,
                                0);
                        return new BlockInfo(
                                info.getAtIndex(ValueLayout.JAVA_LONG, 0),
                                info.getAtIndex(ValueLayout.JAVA_LONG, 1),
                                info.getAtIndex(ValueLayout.JAVA_LONG, 2));
                    }
                });
    }

    /**
     * Plugs a device into the definition, and into the running machine too.
     *
     * @param live whether it runs
     */
    public void attachDevice(UUID uuid, String xml, boolean live) {
        act(
                uuid,
                "attach a device to",
                QUICK,
                "virDomainAttachDeviceFlags",
                xml,
                live ? AFFECT_LIVE | AFFECT_DEFINITION : AFFECT_DEFINITION);
    }

    /** Unplugs a device from either; a running guest may take its time to let go of it. */
    public void detachDevice(UUID uuid, String xml, boolean live) {
        act(
                uuid,
                "detach a device from",
                QUICK,
                "virDomainDetachDeviceFlags",
                xml,
                live ? AFFECT_LIVE : AFFECT_DEFINITION);
    }

    /** Starts copying disks of a running machine as they are at this instant. */
    public void beginBackup(UUID uuid, String xml) {
        act(
                uuid,
                "begin a copy of the disks of",
                SLOW,
                "virDomainBackupBegin",
                xml,
                MemorySegment.NULL,
                0);
    }

    /** What the domain's job (a backup) is doing, or how the last one ended. */
    public JobState job(UUID uuid) {
        return onDomain(uuid, "watch the job of", QUICK, reader::job);
    }

    /** Gives up the domain's job. */
    public void abortJob(UUID uuid) {
        act(uuid, "abort the job of", SLOW, "virDomainAbortJob");
    }

    /** Ends the connection; domains go on. Calls under way are left to end by themselves. */
    @Override
    public void close() {
        keeper.shutdownNow();
        pool.shutdown();
        eventThread.shutdown();
        // On a thread of its own: closing is a native call and the caller may be virtual.
        Thread closer = Thread.ofPlatform().daemon().start(session::close);
        try {
            closer.join(QUICK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act(UUID uuid, String verb, Duration limit, String function, Object... flags) {
        onDomain(
                uuid,
                verb,
                limit,
                domain -> {
                    Object[] arguments = new Object[flags.length + 1];
                    arguments[0] = domain;
                    System.arraycopy(flags, 0, arguments, 1, flags.length);
                    return library.checked(verb + " " + uuid, function, arguments);
                });
    }

    private static <T> Optional<T> present(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (LibvirtException e) {
            if (e.noSuchDomain()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private <T> T onDomain(UUID uuid, String verb, Duration limit, Call<T> call) {
        return onConnection(
                verb + " " + uuid,
                limit,
                connection -> {
                    MemorySegment domain =
                            library.checkedPointer(
                                    verb + " " + uuid,
                                    "virDomainLookupByUUIDString",
                                    connection,
                                    uuid.toString());
                    try {
                        return call.run(domain);
                    } finally {
                        library.integer("virDomainFree", domain);
                    }
                });
    }

    private <T> T onConnection(String what, Duration limit, Call<T> call) {
        Future<T> future;
        try {
            future =
                    pool.submit(() -> {
                        MemorySegment connection = session.acquire();
                        try {
                            return call.run(connection);
                        } finally {
                            session.release(connection);
                        }
                    });
        } catch (RejectedExecutionException e) {
            throw new LibvirtException("could not " + what + ": the driver is closed", e);
        }
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(false); // If no thread took it up yet, none shall.
            throw new LibvirtException(
                    "could not " + what + ": no answer within " + limit.toSeconds() + " s",
                    LibvirtException.NO_ANSWER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LibvirtException("could not " + what + ": interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case LibvirtException failure -> throw failure.here();
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private void keep() {
        try {
            var _ = session.endpoint().get(); // The daemon's companions need looking after too.
            onConnection("keep the connection", SLOW, connection -> 0);
        } catch (RuntimeException e) {
            log.warn("libvirt cannot be reached: {}", e.getMessage());
        }
    }

    /** On libvirt's event loop: hands over at once, since listeners call libvirt. */
    private void dispatch(LifecycleEvent event) {
        listeners.forEach(listener -> tell(() -> listener.accept(event), event));
    }

    private void connected() {
        connectionListeners.forEach(listener -> tell(listener, "a new connection"));
    }

    private void tell(Runnable listener, Object what) {
        eventThread.execute(() -> {
            try {
                listener.run();
            } catch (RuntimeException e) {
                log.warn("a listener failed on {}", what, e);
            }
        });
    }
}
