package org.monostack.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The program's one HTTP listener: any number of addresses, each with services bound to path
 * prefixes. Every request runs on a virtual thread of its own. Owns its sockets and threads; {@link
 * #close} ends them after requests under way had a moment to finish.
 */
public final class HttpServer implements AutoCloseable {
    private static final int IDLE_MILLIS = 60_000;
    private static final int MAX_SKIPPED_BYTES = 16 << 20;
    private static final long MAX_SKIPPED_NANOS = 3_000_000_000L;

    private final Server server;
    private final HttpConfiguration configuration;
    private final String authenticateUri;
    private final RequestObserver observer;
    private final Map<Connector, ListenPoint> listeners = new ConcurrentHashMap<>();

    /**
     * @param authenticateUri where clients without a token are sent, such as http://127.0.0.1:5000
     */
    public HttpServer(String authenticateUri) {
        this(authenticateUri, request -> {});
    }

    /** The same, with somebody who is told of every request. */
    public HttpServer(String authenticateUri, RequestObserver observer) {
        this.authenticateUri = authenticateUri;
        this.observer = observer;
        QueuedThreadPool threads = new QueuedThreadPool(64, 4);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server = new Server(threads);
        server.setHandler(new Dispatcher());
        server.setErrorHandler(HttpServer::refuse);
        server.setStopTimeout(2_000);
        configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(true);
        // Object names and tags may hold anything; the route table matches on the raw path.
        configuration.setUriCompliance(UriCompliance.UNSAFE);
        configuration.setIdleTimeout(IDLE_MILLIS);
        configuration.setRequestHeaderSize(16 << 10);
    }

    /**
     * Listens on an address. Port 0 takes a free one.
     *
     * @return the port
     */
    public int listen(String host, int port, List<Binding> bindings) throws IOException {
        ServerConnector connector = connector();
        connector.setHost(host);
        connector.setPort(port);
        add(connector, new ListenPoint(sorted(bindings), Map.of()));
        connector.open();
        server.addConnector(connector);
        startIfRunning(connector);
        return connector.getLocalPort();
    }

    /**
     * Serves on a socket that somebody else opened, for example inside another network namespace.
     * The attributes are seen by handlers as {@link Request#attribute}.
     *
     * @return closes the socket and stops serving it
     */
    public AutoCloseable adopt(
            ServerSocketChannel channel, HttpService service, Map<String, String> attributes)
            throws IOException {
        ServerConnector connector = connector();
        add(connector, new ListenPoint(sorted(List.of(new Binding("", service))), attributes));
        connector.open(channel);
        server.addConnector(connector);
        startIfRunning(connector);
        return () -> {
            server.removeConnector(connector);
            connector.stop();
            listeners.remove(connector);
        };
    }

    /** Begins to answer. */
    public void start() {
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("cannot start the HTTP listener: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop the HTTP listener: " + e.getMessage(), e);
        }
    }

    /**
     * Answers what is not proper HTTP, or belongs to no service: with the status alone, not with
     * Jetty's page, which repeats the request and cuts itself off when that is long.
     */
    private static boolean refuse(
            org.eclipse.jetty.server.Request request,
            org.eclipse.jetty.server.Response response,
            Callback callback) {
        int status = response.getStatus();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=UTF-8");
        Content.Sink.write(
                response, true, status + " " + HttpStatus.getMessage(status) + "\n", callback);
        return true;
    }

    private ServerConnector connector() {
        // No acceptor threads: the selector accepts, so that many listeners cost no threads.
        ServerConnector connector =
                new ServerConnector(server, 0, 1, new HttpConnectionFactory(configuration));
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(1024);
        connector.setReuseAddress(true);
        return connector;
    }

    private void add(Connector connector, ListenPoint listenPoint) {
        listeners.put(connector, listenPoint);
    }

    private void startIfRunning(ServerConnector connector) throws IOException {
        if (server.isRunning() && !connector.isRunning()) {
            try {
                connector.start();
            } catch (Exception e) {
                throw new IOException("cannot serve on " + connector.getHost(), e);
            }
        }
    }

    private List<Bound> sorted(List<Binding> bindings) {
        return bindings.stream()
                .sorted(Comparator.comparingInt((Binding b) -> b.prefix().length()).reversed())
                .map(b ->
                        new Bound(b.prefix(), new Pipeline(b.service(), authenticateUri, observer)))
                .toList();
    }

    /**
     * A service under a path prefix.
     *
     * @param prefix empty, or with a leading and no trailing slash
     */
    public record Binding(String prefix, HttpService service) {}

    private record Bound(String prefix, Pipeline pipeline) {}

    private record ListenPoint(List<Bound> bound, Map<String, String> attributes) {}

    private final class Dispatcher extends Handler.Abstract {
        @Override
        public boolean handle(
                org.eclipse.jetty.server.Request request,
                org.eclipse.jetty.server.Response response,
                Callback callback)
                throws Exception {
            ListenPoint listenPoint = listeners.get(request.getConnectionMetaData().getConnector());
            String path = request.getHttpURI().getPath();
            if (listenPoint == null || path == null || !path.startsWith("/")) {
                return false;
            }
            for (Bound bound : listenPoint.bound()) {
                String prefix = bound.prefix();
                if (path.startsWith(prefix)
                        && (path.length() == prefix.length()
                                || prefix.isEmpty()
                                || path.charAt(prefix.length()) == '/')) {
                    String below = path.substring(prefix.length());
                    answer(
                            request,
                            response,
                            callback,
                            bound,
                            below.isEmpty() ? "/" : below,
                            listenPoint);
                    return true;
                }
            }
            return false;
        }

        private void answer(
                org.eclipse.jetty.server.Request request,
                org.eclipse.jetty.server.Response response,
                Callback callback,
                Bound bound,
                String path,
                ListenPoint listenPoint)
                throws IOException {
            String query = request.getHttpURI().getQuery();
            long length = request.getLength();
            List<Response.Header> headers = new ArrayList<>(request.getHeaders().size());
            for (HttpField field : request.getHeaders()) {
                headers.add(
                        new Response.Header(
                                field.getName(), field.getValue() == null ? "" : field.getValue()));
            }
            try (InputStream body = Content.Source.asInputStream(request)) {
                Response answer =
                        bound.pipeline()
                                .answer(
                                        new RawRequest(
                                                request.getMethod(),
                                                path,
                                                query == null ? "" : query,
                                                bound.prefix(),
                                                origin(request),
                                                headers,
                                                body,
                                                length < 0
                                                        ? OptionalLong.empty()
                                                        : OptionalLong.of(length),
                                                peer(request),
                                                listenPoint.attributes()));
                if (!endOfBody(request, body)) {
                    // What is left would be taken for the next request on this connection.
                    answer = answer.header("Connection", "close");
                }
                send(answer, request, response, callback);
            }
        }

        /**
         * Reads the rest of a body that its handler had no use for, so that the connection can be
         * used again; and so that a client that still sends does not find the connection reset
         * before it could read the answer. Of a body that is very long or slow not all is read.
         */
        private boolean endOfBody(org.eclipse.jetty.server.Request request, InputStream body) {
            boolean waits = request.getHeaders().contains(HttpHeader.EXPECT);
            try {
                if (waits || request.getLength() > MAX_SKIPPED_BYTES) {
                    return request.getLength() == 0 || request.consumeAvailable();
                }
                if (body.read() < 0) {
                    return true;
                }
                long end = System.nanoTime() + MAX_SKIPPED_NANOS;
                byte[] part = new byte[8 << 10];
                int left = MAX_SKIPPED_BYTES;
                int read = 0;
                while (read >= 0 && left > 0 && System.nanoTime() < end) {
                    read = body.read(part);
                    left -= read;
                }
                return read < 0;
            } catch (IOException e) {
                return false;
            }
        }

        private void send(
                Response answer,
                org.eclipse.jetty.server.Request request,
                org.eclipse.jetty.server.Response response,
                Callback callback)
                throws IOException {
            response.setStatus(answer.status());
            for (Response.Header header : answer.headers()) {
                response.getHeaders().add(header.name(), header.value());
            }
            boolean head = request.getMethod().equals("HEAD");
            switch (answer.body()) {
                case Response.Body.None none -> {
                    if (answer.status() != 204 && answer.status() != 304 && !head) {
                        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
                    }
                    callback.succeeded();
                }
                case Response.Body.Whole whole -> {
                    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, whole.content().length);
                    if (head) {
                        callback.succeeded();
                    } else {
                        Content.Sink.write(
                                response, true, java.nio.ByteBuffer.wrap(whole.content()));
                        callback.succeeded();
                    }
                }
                case Response.Body.Streamed streamed -> {
                    streamed.length()
                            .ifPresent(
                                    n -> response.getHeaders().put(HttpHeader.CONTENT_LENGTH, n));
                    if (head) {
                        callback.succeeded();
                        return;
                    }
                    try (OutputStream out = Content.Sink.asOutputStream(response)) {
                        streamed.writer().write(out);
                    } catch (IOException | RuntimeException e) {
                        // The head is on the wire: cutting the connection is the only honest sign.
                        callback.failed(e);
                        return;
                    }
                    callback.succeeded();
                }
            }
        }

        private String origin(org.eclipse.jetty.server.Request request) {
            String scheme = request.getHttpURI().getScheme();
            String host = request.getHeaders().get(HttpHeader.HOST);
            if (host == null || host.isEmpty()) {
                SocketAddress local = request.getConnectionMetaData().getLocalSocketAddress();
                host =
                        local instanceof InetSocketAddress inet
                                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                                : "localhost";
            }
            return (scheme == null ? "http" : scheme) + "://" + host;
        }

        private String peer(org.eclipse.jetty.server.Request request) {
            SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
            return remote instanceof InetSocketAddress inet
                    ? inet.getAddress().getHostAddress()
                    : "";
        }
    }
}
