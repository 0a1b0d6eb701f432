package org.monostack.platform.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** What is sent back. Immutable; {@link #header} gives a changed copy. */
public final class Response {
    private final int status;
    private final List<Header> headers;
    private final Body body;

    private Response(int status, List<Header> headers, Body body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    public static Response json(int status, JsonNode node) {
        return bytes(status, "application/json", Json.bytes(node));
    }

    public static Response empty(int status) {
        return new Response(status, List.of(), new Body.None());
    }

    /** Text in UTF-8. */
    public static Response text(int status, String contentType, String text) {
        return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    public static Response bytes(int status, String contentType, byte[] content) {
        return new Response(
                status, List.of(new Header("Content-Type", contentType)), new Body.Whole(content));
    }

    /** Content that is written as it is made; without a length it goes out chunked. */
    public static Response stream(
            int status, String contentType, OptionalLong length, Writer writer) {
        return new Response(
                status,
                List.of(new Header("Content-Type", contentType)),
                new Body.Streamed(length, writer));
    }

    /** A copy with this header, in place of any of the same name. */
    public Response header(String name, String value) {
        List<Header> changed = new ArrayList<>(headers.size() + 1);
        for (Header header : headers) {
            if (!header.name().equalsIgnoreCase(name)) {
                changed.add(header);
            }
        }
        changed.add(new Header(name, value));
        return new Response(status, List.copyOf(changed), body);
    }

    /** A copy with one more header, beside any of the same name. */
    public Response addHeader(String name, String value) {
        List<Header> changed = new ArrayList<>(headers);
        changed.add(new Header(name, value));
        return new Response(status, List.copyOf(changed), body);
    }

    /** A copy that names one more request header in Vary. */
    public Response addVary(String requestHeader) {
        return header(
                "Vary",
                headerValue("Vary").map(v -> v + ", " + requestHeader).orElse(requestHeader));
    }

    public Optional<String> headerValue(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    public int status() {
        return status;
    }

    public List<Header> headers() {
        return headers;
    }

    Body body() {
        return body;
    }

    /** The body, unless it is written as it is made. */
    public Optional<byte[]> content() {
        return body instanceof Body.Whole whole ? Optional.of(whole.content()) : Optional.empty();
    }

    /** One header line. */
    public record Header(String name, String value) {}

    /** Writes a body to the client. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    sealed interface Body {
        record None() implements Body {}

        @SuppressWarnings("ArrayRecordComponent")
        record Whole(byte[] content) implements Body {}

        record Streamed(OptionalLong length, Writer writer) implements Body {}
    }
}
