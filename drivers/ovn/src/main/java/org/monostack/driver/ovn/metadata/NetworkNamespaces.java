package org.monostack.driver.ovn.metadata;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Opens sockets in other network namespaces. A socket belongs for ever to the namespace its maker
 * was in, so a thread enters, opens, and is thrown away: a namespace is a property of the kernel's
 * thread, and no thread that does anything else may carry it on. Stateless.
 */
final class NetworkNamespaces {

    static final Path DIRECTORY = Path.of("/run/netns");

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int READ_ONLY_CLOSE_ON_EXEC = 0x80000;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS =
            function(
                    "setns",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private NetworkNamespaces() {}

    /** A socket that listens inside the named namespace. */
    static ServerSocketChannel listen(String namespace, InetSocketAddress address)
            throws IOException {
        CompletableFuture<ServerSocketChannel> opened = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("enter-" + namespace)
                .start(() -> {
                    try {
                        enter(DIRECTORY.resolve(namespace));
                        opened.complete(open(address));
                    } catch (IOException | RuntimeException e) {
                        opened.completeExceptionally(e);
                    }
                });
        try {
            return opened.join();
        } catch (CompletionException e) {
            throw new IOException(
                    "cannot listen on " + address + " in namespace " + namespace, e.getCause());
        }
    }

    private static ServerSocketChannel open(InetSocketAddress address) throws IOException {
        // Not the dual-stack default: the namespace may have no IPv6.
        ServerSocketChannel channel =
                ServerSocketChannel.open(
                        address.getAddress() instanceof java.net.Inet6Address
                                ? StandardProtocolFamily.INET6
                                : StandardProtocolFamily.INET);
        try {
            channel.bind(address, 128);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void enter(Path namespace) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor =
                    (int)
                            OPEN.invokeExact(
                                    state,
                                    arena.allocateFrom(namespace.toString()),
                                    READ_ONLY_CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw failure("open " + namespace, state);
            }
            try {
                if ((int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET) != 0) {
                    throw failure("enter " + namespace, state);
                }
            } finally {
                int ignored = (int) CLOSE.invokeExact(descriptor);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call failed", e);
        }
    }

    private static IOException failure(String what, MemorySegment state) {
        return new IOException("cannot " + what + ": errno " + (int) ERRNO.get(state, 0L));
    }

    private static MethodHandle function(
            String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        MemorySegment address = library.findOrThrow(name);
        return linker.downcallHandle(address, type, options);
    }
}
