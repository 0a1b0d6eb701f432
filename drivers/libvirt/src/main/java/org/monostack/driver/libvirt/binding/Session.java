package org.monostack.driver.libvirt.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the one connection to libvirtd: opens it when it is first needed, opens another when the
 * daemon was restarted, and registers for lifecycle events on each.
 *
 * <p>A connection in use is never freed under its user: every use holds a reference of its own.
 * Called on the pool threads of {@link Libvirt} only; events arrive on libvirt's event loop.
 */
final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    // The daemon is declared dead after this silence: interval times count, in seconds.
    private static final int KEEP_ALIVE_INTERVAL = 5;
    private static final int KEEP_ALIVE_COUNT = 6;
    // After a failed attempt others fail at once for this long, instead of queueing up behind it.
    private static final long RETRY_PAUSE_NANOS = 1_000_000_000L;
    private static final int EVENT_LIFECYCLE = 0;
    private static final int UUID_STRING_SIZE = 37;

    private final NativeLibrary library;
    private final Supplier<String> endpoint;
    private final MemorySegment eventCallback;
    private final Consumer<LifecycleEvent> events;
    private final Runnable opened;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock. NULL while there is none.
    private MemorySegment connection = MemorySegment.NULL;
    private int registration = -1;
    private boolean closed;
    private long failedAt;
    private RuntimeException lastFailure = new LibvirtException("not tried", -1);
    private boolean failing;

    /**
     * @param endpoint gives the URI to connect to, called before each connecting; it may start the
     *     daemon
     * @param events called on libvirt's event loop: must neither block nor call libvirt
     * @param opened called when another connection is there: must neither block nor call libvirt
     */
    Session(
            NativeLibrary library,
            Supplier<String> endpoint,
            Consumer<LifecycleEvent> events,
            Runnable opened) {
        this.library = library;
        this.endpoint = endpoint;
        this.events = events;
        this.opened = opened;
        this.eventCallback = makeCallback();
    }

    Supplier<String> endpoint() {
        return endpoint;
    }

    /** A living connection with a reference for the caller, who gives it to {@link #release}. */
    MemorySegment acquire() {
        lock.lock();
        try {
            if (closed) {
                throw new LibvirtException("the driver is closed", LibvirtException.UNKNOWN);
            }
            if (!alive()) {
                drop();
                open();
            }
            library.checked("use the connection", "virConnectRef", connection);
            return connection;
        } finally {
            lock.unlock();
        }
    }

    void release(MemorySegment used) {
        library.integer("virConnectClose", used);
    }

    /** Closes for good. Calls that are under way keep their reference and end by themselves. */
    void close() {
        lock.lock();
        try {
            closed = true;
            drop();
        } finally {
            lock.unlock();
        }
    }

    private boolean alive() {
        return !NativeLibrary.isNull(connection)
                && library.integer("virConnectIsAlive", connection) == 1;
    }

    private void drop() {
        if (NativeLibrary.isNull(connection)) {
            return;
        }
        if (registration >= 0) {
            // Fails when the daemon is gone, but frees the client's side all the same.
            library.integer("virConnectDomainEventDeregisterAny", connection, registration);
            registration = -1;
        }
        library.integer("virConnectClose", connection);
        connection = MemorySegment.NULL;
    }

    private void open() {
        if (failing && System.nanoTime() - failedAt < RETRY_PAUSE_NANOS) {
            throw lastFailure;
        }
        try {
            String uri = endpoint.get();
            connection = library.checkedPointer("reach libvirt", "virConnectOpen", uri);
            library.checked(
                    "watch the connection",
                    "virConnectSetKeepAlive",
                    connection,
                    KEEP_ALIVE_INTERVAL,
                    KEEP_ALIVE_COUNT);
            registration =
                    library.checked(
                            "register for events",
                            "virConnectDomainEventRegisterAny",
                            connection,
                            MemorySegment.NULL,
                            EVENT_LIFECYCLE,
                            eventCallback,
                            MemorySegment.NULL,
                            MemorySegment.NULL);
            failing = false;
            log.debug("connected to {}", uri);
            opened.run();
        } catch (RuntimeException e) {
            drop();
            failing = true;
            failedAt = System.nanoTime();
            lastFailure = e instanceof LibvirtException libvirt ? libvirt.whileConnecting() : e;
            throw lastFailure;
        }
    }

    private MemorySegment makeCallback() {
        try {
            return library.callback(
                    MethodHandles.lookup()
                            .findVirtual(
                                    Session.class,
                                    "onEvent",
                                    MethodType.methodType(
                                            int.class,
                                            MemorySegment.class,
                                            MemorySegment.class,
                                            int.class,
                                            int.class,
                                            MemorySegment.class))
                            .bindTo(this),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings({"unused", "CatchingUnchecked"}) // Called by libvirt; must not throw.
    private int onEvent(
            MemorySegment from, MemorySegment domain, int kind, int detail, MemorySegment user) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(UUID_STRING_SIZE);
            if (library.integer("virDomainGetUUIDString", domain, text) == 0) {
                events.accept(
                        new LifecycleEvent(
                                UUID.fromString(text.getString(0)), LifecycleEvent.Kind.of(kind)));
            }
        } catch (Throwable e) {
            log.warn("a lifecycle event was lost", e);
        }
        return 0;
    }
}
