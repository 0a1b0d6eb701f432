package org.monostack.platform.json;

import java.io.OutputStream;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees and records. One configured mapper for the whole program; thread-safe. */
public final class Json {
    /**
     * Bounds on what a client may send: deep nesting and giant numbers cost more to read than to
     * write.
     */
    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(100)
                    .maxStringLength(8 << 20)
                    .build();

    private static final JsonMapper MAPPER =
            JsonMapper.builder(JsonFactory.builder().streamReadConstraints(BOUNDS).build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /**
     * From "allowed (100, from `StreamReadConstraints..." on, or ": enable `JsonReadFeature...".
     */
    private static final Pattern PARSER_SETTING =
            Pattern.compile("( \\([^(`]*)?[,:]? (from|enable) `.*", Pattern.DOTALL);

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** An array of strings, in the order given. */
    public static ArrayNode strings(Iterable<String> values) {
        ArrayNode array = array();
        values.forEach(array::add);
        return array;
    }

    /**
     * @throws MalformedJson when the text is not one JSON value
     */
    public static JsonNode read(byte[] utf8) {
        try {
            return MAPPER.readTree(utf8);
        } catch (JacksonException e) {
            throw new MalformedJson(describe(e));
        }
    }

    /**
     * @throws MalformedJson when the text is not one JSON value
     */
    public static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new MalformedJson(describe(e));
        }
    }

    /** Reads a record that this program wrote. */
    public static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    public static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** Writes a tree, a record or a collection of them as text. */
    public static String write(@Nullable Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Writes a tree to a stream, which stays open. */
    public static void write(OutputStream out, JsonNode node) {
        MAPPER.writer()
                .without(tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
                .writeValue(out, node);
    }

    /** The configured mapper, for streaming readers and writers. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** What is wrong and where. The parser's own classes and settings are of no use to a client. */
    private static String describe(JacksonException e) {
        String text =
                e instanceof MismatchedInputException
                        ? "there is more after the end of the value"
                        : PARSER_SETTING.matcher(e.getOriginalMessage()).replaceFirst("");
        var location = e.getLocation();
        return location == null || location.getLineNr() < 0
                ? text
                : text
                        + " (line "
                        + location.getLineNr()
                        + ", column "
                        + location.getColumnNr()
                        + ")";
    }

    /** The text is not JSON; the message says where and why. */
    public static final class MalformedJson extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedJson(String message) {
            super(message, null, false, false);
        }
    }
}
