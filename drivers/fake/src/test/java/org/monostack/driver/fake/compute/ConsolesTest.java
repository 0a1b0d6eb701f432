package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.TunnelServer;

/** Consoles as a browser sees them: a key, a page, and a WebSocket to the machine's screen. */
class ConsolesTest {
    private static ComputeFixture cloud;
    private static TunnelServer proxy;
    private static int port;
    private static String server;

    @BeforeAll
    static void start() throws Exception {
        cloud = new ComputeFixture();
        proxy =
                new TunnelServer(
                        cloud.compute.consoles(),
                        path -> Response.text(200, "text/html", "a page at " + path));
        port = proxy.listen("127.0.0.1", 0);
        proxy.start();
        server = cloud.active("with-console");
    }

    @AfterAll
    static void stop() {
        proxy.close();
        cloud.close();
    }

    private static String key() {
        String url =
                cloud.member
                        .with("OpenStack-API-Version", "compute 2.6")
                        .post(
                                "/v2.1/servers/" + server + "/remote-consoles",
                                "{'remote_console': {'protocol': 'vnc', 'type': 'novnc'}}")
                        .expect(200)
                        .json()
                        .path("remote_console")
                        .path("url")
                        .asString();
        assertThat(url).contains("vnc_lite.html?path=%3Ftoken%3D");
        return url.substring(url.lastIndexOf("%3D") + 3);
    }

    /** Collects what the screen says until there is enough of it. */
    private static final class Viewer implements WebSocket.Listener {
        private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
        private final CompletableFuture<String> greeting = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            seen.writeBytes(bytes);
            if (seen.size() >= 12) {
                greeting.complete(seen.toString(StandardCharsets.US_ASCII).substring(0, 12));
            }
            socket.request(1);
            return null;
        }
    }

    private static WebSocket connect(Viewer viewer, String query) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("binary")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/" + query), viewer)
                .join();
    }

    private static void refused(String query) {
        assertThatThrownBy(() -> connect(new Viewer(), query))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
    }

    @Test
    void aKeyOpensTheScreenOnce() throws Exception {
        String key = key();
        cloud.admin
                .with("OpenStack-API-Version", "compute 2.31")
                .get("/v2.1/os-console-auth-tokens/" + key)
                .expect(200);
        cloud.member
                .with("OpenStack-API-Version", "compute 2.31")
                .get("/v2.1/os-console-auth-tokens/" + key)
                .expect(403);
        Viewer viewer = new Viewer();
        WebSocket socket = connect(viewer, "?token=" + key);
        assertThat(socket.getSubprotocol()).isEqualTo("binary");
        assertThat(viewer.greeting.get(20, TimeUnit.SECONDS)).isEqualTo("RFB 003.008\n");
        socket.abort();
        refused("?token=" + key);
    }

    @Test
    void nobodyElseGetsIn() {
        String key = key();
        cloud.database.run(tx ->
                tx.sql()
                        .execute(
                                "update compute.console_token set expires_at = now() - interval 1 day"));
        refused("?token=" + key);
        refused("?token=bad" + key);
        refused("");
    }

    @Test
    void pagesAreServed() throws Exception {
        HttpResponse<String> page =
                HttpClient.newHttpClient()
                        .send(
                                java.net.http.HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://127.0.0.1:"
                                                                + port
                                                                + "/vnc_lite.html?path=x"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("a page at /vnc_lite.html");
    }

    @Test
    void whatIsNotThereIsRefused() {
        cloud.member
                .post(
                        "/v2.1/servers/" + server + "/action",
                        "{'os-getSerialConsole': {'type': 'serial'}}")
                .expect(400);
        cloud.member
                .post(
                        "/v2.1/servers/" + server + "/action",
                        "{'os-getSPICEConsole': {'type': 'spice-html5'}}")
                .expect(400);
    }
}
