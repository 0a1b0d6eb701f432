package org.monostack.platform.http;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener for browsers that look at a screen: pages for GET, and WebSockets (subprotocol {@code
 * binary}) whose bytes go to and fro a channel that a gate opens. Who is refused gets 403 without a
 * word why. Each tunnel costs one virtual thread, and one more while the browser talks.
 */
public final class TunnelServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelServer.class);
    private static final String PROTOCOL = "binary";
    private static final int BUFFER = 32 << 10;
    // A screen may stand still for long; browsers answer pings by themselves.
    private static final Duration IDLE = Duration.ofMinutes(30);

    private final Server server;

    /** Opens what a browser may have, by what its address says; empty refuses it. */
    @FunctionalInterface
    public interface Gate {
        Optional<ByteChannel> open(Query query) throws IOException;
    }

    /** The page at a path, such as {@code /}; its body must be whole. */
    @FunctionalInterface
    public interface Pages {
        Response at(String path) throws IOException;
    }

    public TunnelServer(Gate gate, Pages pages) {
        QueuedThreadPool threads = new QueuedThreadPool(16, 2);
        threads.setName("consoles");
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server = new Server(threads);
        // An open screen is cut, not waited for.
        server.setStopTimeout(0);
        WebSocketUpgradeHandler upgrades =
                WebSocketUpgradeHandler.from(
                        server,
                        container -> {
                            container.setIdleTimeout(IDLE);
                            container.setMaxBinaryMessageSize(8L << 20);
                            container.addMapping(
                                    "/*",
                                    (request, response, callback) ->
                                            accept(gate, request, response, callback));
                        });
        upgrades.setHandler(new PageHandler(pages));
        server.setHandler(upgrades);
    }

    /**
     * Takes an address, to be called before {@link #start}. Port 0 takes a free one.
     *
     * @return the port
     */
    public int listen(String host, int port) throws IOException {
        ServerConnector connector = new ServerConnector(server, 0, 1);
        connector.setHost(host);
        connector.setPort(port);
        connector.setReuseAddress(true);
        connector.open();
        server.addConnector(connector);
        return connector.getLocalPort();
    }

    public void start() {
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("cannot start the console proxy: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop the console proxy: " + e.getMessage(), e);
        }
    }

    /** The end of a tunnel on our side; null, as Jetty has it, for a refusal. */
    private static @Nullable Object accept(
            Gate gate,
            ServerUpgradeRequest request,
            ServerUpgradeResponse response,
            org.eclipse.jetty.util.Callback callback) {
        Optional<ByteChannel> channel = Optional.empty();
        try {
            String query = request.getHttpURI().getQuery();
            if (sameOrigin(request)) {
                channel = gate.open(Query.parse(query == null ? "" : query));
            }
        } catch (ApiException | IOException e) {
            LOG.info("a console cannot be reached: {}", e.toString());
        }
        if (channel.isEmpty()) {
            response.setStatus(403);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            callback.succeeded();
            return null;
        }
        if (request.hasSubProtocol(PROTOCOL)) {
            response.setAcceptedSubProtocol(PROTOCOL);
        }
        return new Tunnel(channel.get());
    }

    /** Whether the page that opens the tunnel came from here; programs say nothing of a page. */
    private static boolean sameOrigin(ServerUpgradeRequest request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (origin == null || host == null) {
            return true;
        }
        try {
            return host.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** One WebSocket and its channel; ends both when either ends. */
    public static final class Tunnel implements Session.Listener {
        private final ByteChannel channel;
        private final CompletableFuture<Session> session = new CompletableFuture<>();

        private Tunnel(ByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            this.session.complete(session);
            Thread.ofVirtual().name("console").start(() -> pump(session));
            session.demand();
        }

        private void pump(Session session) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            try (channel) {
                while (channel.read(buffer) >= 0) {
                    Callback.Completable sent = new Callback.Completable();
                    session.sendBinary(buffer.flip(), sent);
                    sent.join();
                    buffer.clear();
                }
            } catch (IOException | RuntimeException e) {
                LOG.debug("a console ends: {}", e.toString());
            }
            session.close(StatusCode.NORMAL, "", Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            try {
                while (payload.hasRemaining()) {
                    channel.write(payload);
                }
                callback.succeed();
                session.join().demand();
            } catch (IOException e) {
                callback.fail(e);
                end();
            }
        }

        @Override
        public void onWebSocketClose(int statusCode, String reason, Callback callback) {
            end();
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            end();
        }

        private void end() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("a console does not close: {}", e.toString());
            }
        }
    }

    private static final class PageHandler extends org.eclipse.jetty.server.Handler.Abstract {
        private final Pages pages;

        PageHandler(Pages pages) {
            this.pages = pages;
        }

        @Override
        public boolean handle(
                org.eclipse.jetty.server.Request request,
                org.eclipse.jetty.server.Response response,
                org.eclipse.jetty.util.Callback callback)
                throws Exception {
            boolean readable =
                    request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
            Response page =
                    readable
                            ? pages.at(request.getHttpURI().getCanonicalPath())
                            : Response.empty(405).header("Allow", "GET, HEAD");
            response.setStatus(page.status());
            page.headers()
                    .forEach(header -> response.getHeaders().put(header.name(), header.value()));
            byte[] content =
                    page.body() instanceof Response.Body.Whole whole
                            ? whole.content()
                            : new byte[0];
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
            boolean bare = request.getMethod().equals("HEAD");
            response.write(true, ByteBuffer.wrap(bare ? new byte[0] : content), callback);
            return true;
        }
    }
}
