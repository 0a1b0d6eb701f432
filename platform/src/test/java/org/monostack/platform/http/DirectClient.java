package org.monostack.platform.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Asks a service through all the stages of its pipeline, on the caller's thread, without a wire.
 */
public final class DirectClient {
    private final HttpService service;
    private final Pipeline pipeline;
    private final String token;

    public DirectClient(HttpService service, String token) {
        this.service = service;
        this.pipeline = new Pipeline(service, "http://127.0.0.1/identity", request -> {});
        this.token = token;
    }

    /** What came back. */
    public record Answer(int status, String text) {
        public JsonNode json() {
            return Json.read(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * @param json the body; empty for none. Single quotes may stand for double ones.
     */
    public Answer send(String method, String path, String json) {
        byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Response response =
                pipeline.answer(
                        new RawRequest(
                                method,
                                path,
                                "",
                                "",
                                "http://127.0.0.1/" + service.name(),
                                List.of(
                                        new Response.Header("X-Auth-Token", token),
                                        new Response.Header("Content-Type", "application/json")),
                                new ByteArrayInputStream(body),
                                body.length == 0
                                        ? OptionalLong.empty()
                                        : OptionalLong.of(body.length),
                                "127.0.0.1",
                                Map.of()));
        return new Answer(response.status(), text(response));
    }

    private static String text(Response response) {
        return switch (response.body()) {
            case Response.Body.None none -> "";
            case Response.Body.Whole whole -> new String(whole.content(), StandardCharsets.UTF_8);
            case Response.Body.Streamed streamed -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try {
                    streamed.writer().write(out);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                yield out.toString(StandardCharsets.UTF_8);
            }
        };
    }
}
