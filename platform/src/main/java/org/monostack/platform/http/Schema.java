package org.monostack.platform.http;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;

/**
 * The JSON Schema that a route's body must hold to, by microversion. Schemas are resources of the
 * service: {@code /schema/<service>/<name>.json}. Read when the route is declared, so that a broken
 * one stops the start. Immutable once declared; thread-safe.
 */
public final class Schema {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
    private static final int SHOWN_VALUE_LENGTH = 200;

    /** Read once, however often routes are declared: simulations declare them in every history. */
    private static final Map<String, Loaded> LOADED = new ConcurrentHashMap<>();

    private final String service;
    private final List<Version> versions = new ArrayList<>(1);

    private Schema(String service) {
        this.service = service;
    }

    /** The schema that holds from the first microversion on, or always. */
    public static Schema of(String service, String name) {
        Schema schema = new Schema(service);
        schema.versions.add(load("1.0", service, name));
        return schema;
    }

    /** Another schema from this microversion on; to be called in rising order. */
    public Schema since(String microversion, String name) {
        versions.addFirst(load(microversion, service, name));
        return this;
    }

    private static Version load(String since, String service, String name) {
        Loaded loaded =
                LOADED.computeIfAbsent("/schema/" + service + "/" + name + ".json", Schema::read);
        return new Version(Microversion.of(since), loaded.schema(), loaded.text());
    }

    private static Loaded read(String resource) {
        try (InputStream in = Schema.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no schema " + resource);
            }
            JsonNode text = Json.read(in.readAllBytes());
            return new Loaded(REGISTRY.getSchema(text), text);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** Throws 400, naming the field, when a body does not hold to the schema. */
    public void check(JsonNode body, Optional<Microversion> microversion) {
        com.networknt.schema.Schema schema = versions.getLast().schema();
        if (microversion.isPresent()) {
            for (Version version : versions) {
                if (microversion.get().atLeast(version.since())) {
                    schema = version.schema();
                    break;
                }
            }
        }
        List<Error> errors = errors(schema, body);
        if (!errors.isEmpty()) {
            // The deepest error is the most telling: "anyOf" above it only repeats it.
            Error error =
                    errors.stream()
                            .max(
                                    Comparator.comparingInt(
                                            e -> e.getInstanceLocation().getNameCount()))
                            .orElseThrow();
            throw ApiException.badRequest(describe(error)).type("ValidationError");
        }
    }

    private static List<Error> errors(com.networknt.schema.Schema schema, JsonNode body) {
        try {
            return schema.validate(body);
        } catch (JsonNodeException e) {
            // 1e308 is an integer to the validator, which then cannot compare it with a limit.
            throw ApiException.badRequest(
                            "Invalid input for field/attribute "
                                    + beyondRange("body", body).orElse("body")
                                    + ". A number is out of range.")
                    .type("ValidationError");
        }
    }

    /** The name of the first field that holds a number that no integer can. */
    private static Optional<String> beyondRange(String name, JsonNode node) {
        if (node.isNumber()) {
            return node.canConvertToLong() ? Optional.empty() : Optional.of(name);
        }
        Stream<Optional<String>> below =
                node.isObject()
                        ? node.properties().stream()
                                .map(entry -> beyondRange(entry.getKey(), entry.getValue()))
                        : node.valueStream().map(item -> beyondRange(name, item));
        return below.flatMap(Optional::stream).findFirst();
    }

    private static String describe(Error error) {
        String message = Explanation.of(error);
        if (error.getInstanceLocation().getNameCount() == 0) {
            return message;
        }
        String path = error.getInstanceLocation().toString();
        String field = path.substring(path.lastIndexOf('/') + 1);
        JsonNode value = error.getInstanceNode();
        return "Invalid input for field/attribute "
                + field
                + ". Value: "
                + (value == null ? "" : shown(value))
                + ". "
                + message;
    }

    static String shown(JsonNode value) {
        String text = value.isString() ? value.asString() : value.toString();
        return text.length() <= SHOWN_VALUE_LENGTH
                ? text
                : text.substring(0, SHOWN_VALUE_LENGTH) + "...";
    }

    /** The schemas with the microversions from which they hold, newest first; for documents. */
    public List<Described> describe() {
        return versions.stream()
                .map(version -> new Described(version.since(), version.text()))
                .toList();
    }

    /** A schema as it is written, and the microversion from which it holds. */
    public record Described(Microversion since, JsonNode schema) {}

    private record Loaded(com.networknt.schema.Schema schema, JsonNode text) {}

    private record Version(Microversion since, com.networknt.schema.Schema schema, JsonNode text) {}

    /** Says what is wrong in the words that OpenStack's users know from Python's jsonschema. */
    private static final class Explanation {
        private Explanation() {}

        static String of(Error error) {
            JsonNode value = error.getInstanceNode();
            String quoted = value == null ? "" : python(value);
            String property = String.valueOf(error.getProperty());
            JsonNode rule = error.getSchemaNode();
            String wanted = rule == null ? "" : shown(rule).replace('"', '\'');
            return switch (error.getKeyword()) {
                case "required" -> "'" + property + "' is a required property";
                case "additionalProperties" ->
                        "Additional properties are not allowed ('" + property + "' was unexpected)";
                case "type" -> quoted + " is not of type " + types(wanted);
                case "minLength" -> quoted + " is too short";
                case "maxLength" -> quoted + " is too long";
                case "minItems" -> quoted + " is too short";
                case "maxItems" -> quoted + " is too long";
                case "minimum" -> quoted + " is less than the minimum of " + wanted;
                case "maximum" -> quoted + " is greater than the maximum of " + wanted;
                case "enum" -> quoted + " is not one of " + wanted;
                case "pattern" -> quoted + " does not match '" + wanted + "'";
                case "format" -> quoted + " is not a '" + wanted + "'";
                case "uniqueItems" -> quoted + " has non-unique elements";
                default -> String.valueOf(error.getMessage());
            };
        }

        private static String types(String wanted) {
            return wanted.startsWith("[")
                    ? wanted.substring(1, wanted.length() - 1).replace(",", ", ")
                    : "'" + wanted + "'";
        }

        private static String python(JsonNode value) {
            if (value.isString()) {
                return "'" + shown(value) + "'";
            }
            if (value.isNull()) {
                return "None";
            }
            if (value.isBoolean()) {
                return value.booleanValue() ? "True" : "False";
            }
            return shown(value).replace('"', '\'');
        }
    }
}
