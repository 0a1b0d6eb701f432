package org.monostack.driver.libvirt.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls functions of libvirt.so.0 by name. Owns the process-wide state of that library: it is
 * loaded once, its default event loop runs on one daemon thread for as long as the process lives,
 * and its habit of printing errors to standard error is switched off.
 *
 * <p>A C function's signature is taken from the arguments given: {@link String} becomes a C string
 * that lives for the call, {@link MemorySegment} a pointer, {@link Integer} an int, {@link Long} a
 * 64-bit integer. The caller answers for their being right; that is why only this package uses it.
 *
 * <p>A native call occupies its thread, so callers are platform threads. libvirt keeps the last
 * error per native thread: read it with {@link #failure} on the thread that made the call, before
 * another one.
 */
final class NativeLibrary {
    private static final Logger log = LoggerFactory.getLogger(NativeLibrary.class);

    // The versioned name: the unversioned one comes only with the development package.
    private static final String FILE = "libvirt.so.0";

    // Offsets in struct _virError, which libvirt's ABI promises to keep.
    private static final long ERROR_CODE = 0;
    private static final long ERROR_MESSAGE = 8;
    private static final long ERROR_HEAD_SIZE = 16;

    private final SymbolLookup symbols;
    private final Linker linker = Linker.nativeLinker();
    private final ConcurrentMap<String, MethodHandle> functions = new ConcurrentHashMap<>();

    private static final class Holder {
        static final NativeLibrary INSTANCE = new NativeLibrary();
    }

    static NativeLibrary get() {
        try {
            return Holder.INSTANCE;
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new LibvirtException(
                    "libvirt's client library (" + FILE + ") cannot be loaded; install libvirt0",
                    e);
        }
    }

    private NativeLibrary() {
        symbols = SymbolLookup.libraryLookup(FILE, Arena.global());
        if (integer("virInitialize") < 0) {
            throw failure("initialise libvirt");
        }
        silence();
        if (integer("virEventRegisterDefaultImpl") < 0) {
            throw failure("start libvirt's event loop");
        }
        Thread.ofPlatform().daemon().name("libvirt-event-loop").start(this::runEventLoop);
    }

    /** Calls a function that returns an int; most report failure as -1. */
    int integer(String function, Object... arguments) {
        return (int) invoke(function, ValueLayout.JAVA_INT, arguments);
    }

    /** Calls a function that returns a pointer; failure is {@link MemorySegment#NULL}. */
    MemorySegment pointer(String function, Object... arguments) {
        return (MemorySegment) invoke(function, ValueLayout.ADDRESS, arguments);
    }

    /** Calls a function that returns an int and throws what libvirt says if it is negative. */
    int checked(String what, String function, Object... arguments) {
        int result = integer(function, arguments);
        if (result < 0) {
            throw failure(what);
        }
        return result;
    }

    /** Calls a function that returns a pointer and throws what libvirt says if it is null. */
    MemorySegment checkedPointer(String what, String function, Object... arguments) {
        MemorySegment result = pointer(function, arguments);
        if (isNull(result)) {
            throw failure(what);
        }
        return result;
    }

    /** Calls a function that returns a string which the caller owns; copies and frees it. */
    String checkedString(String what, String function, Object... arguments) {
        MemorySegment result = checkedPointer(what, function, arguments);
        try {
            return string(result);
        } finally {
            free(result);
        }
    }

    static boolean isNull(MemorySegment pointer) {
        return pointer.address() == 0;
    }

    static String string(MemorySegment pointer) {
        return pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    void free(MemorySegment pointer) {
        MethodHandle free =
                functions.computeIfAbsent(
                        "free",
                        name ->
                                linker.downcallHandle(
                                        linker.defaultLookup().findOrThrow(name),
                                        FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)));
        try {
            free.invoke(pointer);
        } catch (Throwable e) {
            throw new IllegalStateException("free", e);
        }
    }

    /** The calling thread's last libvirt error as an exception. */
    LibvirtException failure(String what) {
        MemorySegment error = pointer("virGetLastError");
        if (isNull(error)) {
            return new LibvirtException("could not " + what, LibvirtException.UNKNOWN);
        }
        MemorySegment head = error.reinterpret(ERROR_HEAD_SIZE);
        int code = head.get(ValueLayout.JAVA_INT, ERROR_CODE);
        MemorySegment message = head.get(ValueLayout.ADDRESS, ERROR_MESSAGE);
        String text = isNull(message) ? "no reason given" : string(message);
        return new LibvirtException("could not " + what + ": " + text, code);
    }

    /**
     * Makes a C function pointer that calls a Java method; it is never freed, since libvirt may
     * call it late. The method must not throw: that would end the process.
     */
    MemorySegment callback(MethodHandle target, FunctionDescriptor descriptor) {
        return linker.upcallStub(target, descriptor, Arena.global());
    }

    private Object invoke(String function, MemoryLayout result, Object... arguments) {
        MethodHandle handle =
                functions.computeIfAbsent(
                        signature(function, arguments), key -> link(function, result, arguments));
        try (Arena arena = Arena.ofConfined()) {
            Object[] native_ =
                    Arrays.stream(arguments)
                            .map(a -> a instanceof String text ? arena.allocateFrom(text) : a)
                            .toArray();
            return handle.invokeWithArguments(native_);
        } catch (Throwable e) {
            throw new IllegalStateException("calling " + function, e);
        }
    }

    private static String signature(String function, Object... arguments) {
        StringBuilder key = new StringBuilder(function);
        for (Object argument : arguments) {
            key.append(argument instanceof Integer ? 'i' : argument instanceof Long ? 'l' : 'p');
        }
        return key.toString();
    }

    private MethodHandle link(String function, MemoryLayout result, Object... arguments) {
        List<MemoryLayout> parameters = new ArrayList<>();
        for (Object argument : arguments) {
            parameters.add(
                    switch (argument) {
                        case Integer _ -> ValueLayout.JAVA_INT;
                        case Long _ -> ValueLayout.JAVA_LONG;
                        default -> ValueLayout.ADDRESS;
                    });
        }
        return linker.downcallHandle(
                symbols.findOrThrow(function),
                FunctionDescriptor.of(result, parameters.toArray(MemoryLayout[]::new)));
    }

    private void silence() {
        try {
            MethodHandle target =
                    MethodHandles.lookup()
                            .findStatic(
                                    NativeLibrary.class,
                                    "ignoreError",
                                    MethodType.methodType(
                                            void.class, MemorySegment.class, MemorySegment.class));
            MemorySegment stub =
                    callback(
                            target,
                            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            MethodHandle set =
                    linker.downcallHandle(
                            symbols.findOrThrow("virSetErrorFunc"),
                            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            set.invoke(MemorySegment.NULL, stub);
        } catch (Throwable e) {
            throw new IllegalStateException("virSetErrorFunc", e);
        }
    }

    @SuppressWarnings("unused") // Called by libvirt.
    private static void ignoreError(MemorySegment user, MemorySegment error) {
        // Errors are read by failure() and thrown.
    }

    private void runEventLoop() {
        while (true) {
            if (integer("virEventRunDefaultImpl") < 0) {
                log.warn("libvirt's event loop: {}", failure("run the event loop").getMessage());
                try {
                    Thread.sleep(1000);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }
}
