package org.monostack.platform.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.RequestObserver;

/** A listener on a free loopback port that serves what a test names. */
public final class TestServer implements AutoCloseable {
    private final HttpServer server;
    private final int port;

    private TestServer(HttpServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Serves one service at the root. */
    public static TestServer start(HttpService service) {
        return start(List.of(new HttpServer.Binding("", service)));
    }

    /** Serves several services, each under its prefix. */
    public static TestServer start(List<HttpServer.Binding> bindings) {
        return start(bindings, request -> {});
    }

    /** The same, with somebody who is told of every request. */
    public static TestServer start(List<HttpServer.Binding> bindings, RequestObserver observer) {
        HttpServer server = new HttpServer("http://127.0.0.1/identity", observer);
        try {
            int port = server.listen("127.0.0.1", 0, bindings);
            server.start();
            return new TestServer(server, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A client that sends this token with every request. */
    public TestClient client(String token) {
        return new TestClient(url(), token);
    }

    /** A client that sends no token. */
    public TestClient anonymous() {
        return new TestClient(url(), "");
    }

    @Override
    public void close() {
        server.close();
    }
}
