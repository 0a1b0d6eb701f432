package org.monostack.driver.ovn.ovsdb;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Where a database server listens: a unix socket or a TCP port. */
public sealed interface OvsdbEndpoint {

    SocketChannel connect() throws IOException;

    static OvsdbEndpoint unix(Path path) {
        return new Unix(path);
    }

    static OvsdbEndpoint tcp(String host, int port) {
        return new Tcp(host, port);
    }

    /** Reads {@code unix:/path} or {@code tcp:host:port}, as Open vSwitch's tools take them. */
    static OvsdbEndpoint parse(String text) {
        if (text.startsWith("unix:")) {
            return unix(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        if (!text.startsWith("tcp:") || colon <= "tcp:".length()) {
            throw new IllegalArgumentException("not unix:PATH or tcp:HOST:PORT: " + text);
        }
        String host = text.substring("tcp:".length(), colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return tcp(host, Integer.parseInt(text.substring(colon + 1)));
    }

    record Unix(Path path) implements OvsdbEndpoint {
        @Override
        public SocketChannel connect() throws IOException {
            return open(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(path));
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    record Tcp(String host, int port) implements OvsdbEndpoint {
        @Override
        public SocketChannel connect() throws IOException {
            InetSocketAddress address = new InetSocketAddress(host, port);
            SocketChannel channel =
                    open(
                            address.getAddress() instanceof java.net.Inet6Address
                                    ? StandardProtocolFamily.INET6
                                    : StandardProtocolFamily.INET,
                            address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            return channel;
        }

        @Override
        public String toString() {
            return "tcp:" + host + ":" + port;
        }
    }

    private static SocketChannel open(StandardProtocolFamily family, SocketAddress address)
            throws IOException {
        SocketChannel channel = SocketChannel.open(family);
        try {
            channel.connect(address);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
