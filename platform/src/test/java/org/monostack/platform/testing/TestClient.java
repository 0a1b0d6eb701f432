package org.monostack.platform.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** A plain HTTP client for tests. Immutable; {@link #with} gives one with another header. */
public final class TestClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;
    private final String token;
    private final List<String> headers;

    public TestClient(String base, String token) {
        this(base, token, List.of());
    }

    private TestClient(String base, String token, List<String> headers) {
        this.base = base;
        this.token = token;
        this.headers = headers;
    }

    /** The same client, with one more header on every request. */
    public TestClient with(String name, String value) {
        List<String> more = new ArrayList<>(headers);
        more.add(name);
        more.add(value);
        return new TestClient(base, token, List.copyOf(more));
    }

    public Answer get(String path) {
        return send("GET", path, Optional.empty());
    }

    public Answer head(String path) {
        return send("HEAD", path, Optional.empty());
    }

    public Answer delete(String path) {
        return send("DELETE", path, Optional.empty());
    }

    /** Posts JSON text. Single quotes may stand for double ones, for readable tests. */
    public Answer post(String path, String json) {
        return send("POST", path, Optional.of(json(json)));
    }

    public Answer post(String path) {
        return send("POST", path, Optional.empty());
    }

    public Answer put(String path, String json) {
        return send("PUT", path, Optional.of(json(json)));
    }

    public Answer put(String path) {
        return send("PUT", path, Optional.empty());
    }

    public Answer patch(String path, String json) {
        return send("PATCH", path, Optional.of(json(json)));
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** Sends any method with any body; {@code Content-Type} is JSON unless {@link #with} set it. */
    public Answer send(String method, String path, Optional<byte[]> body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base + path))
                        .timeout(Duration.ofSeconds(60))
                        .method(
                                method,
                                body.map(HttpRequest.BodyPublishers::ofByteArray)
                                        .orElse(HttpRequest.BodyPublishers.noBody()));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        if (body.isPresent() && !headers.contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        try {
            return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What came back. */
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        public byte[] content() {
            return response.body();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        /** The body as JSON. */
        public JsonNode json() {
            return Json.read(response.body());
        }

        /** The same answer, if it has this status; an assertion error with the body if not. */
        public Answer expect(int status) {
            if (status() != status) {
                throw new AssertionError(
                        "expected " + status + ", got " + status() + ": " + text());
            }
            return this;
        }
    }
}
