package org.monostack.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import tools.jackson.databind.JsonNode;

/**
 * One request on its way through the stages of {@link Pipeline}. Belongs to the thread that answers
 * it; the stages fill in what they find (caller, microversion), handlers only read.
 */
public final class Request {
    /** Larger JSON bodies are refused with 413; image data and the like go as raw bodies. */
    static final int MAX_JSON_BYTES = 2 << 20;

    /** A request that asks more often has a long answer, not a long story. */
    private static final int MAX_VERDICTS = 8;

    private final RawRequest raw;
    private final String requestId;
    private final Policy policy;
    private Map<String, String> pathParameters = Map.of();
    private @Nullable Query query;
    private @Nullable Caller caller;
    private @Nullable Microversion microversion;
    private @Nullable JsonNode json;
    private @Nullable Route route;
    private @Nullable String failure;
    private final Set<AnsweredRequest.Verdict> verdicts = new LinkedHashSet<>();
    private @Nullable Schema unchecked;
    private boolean passes;

    Request(RawRequest raw, String requestId, Policy policy) {
        this.raw = raw;
        this.requestId = requestId;
        this.policy = policy;
    }

    public String method() {
        return raw.method();
    }

    /** The path below the service's prefix, percent-encoded as it came. */
    public String rawPath() {
        return raw.rawPath();
    }

    /** A decoded segment that the route's template names. */
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** The same, when a route has several templates and not all name it. */
    public Optional<String> optionalPathParameter(String name) {
        return Optional.ofNullable(pathParameters.get(name));
    }

    public Query query() {
        Query parsed = query;
        if (parsed == null) {
            parsed = Query.parse(raw.rawQuery());
            query = parsed;
        }
        return parsed;
    }

    public Optional<String> header(String name) {
        for (Response.Header header : raw.headers()) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    public List<String> headers(String name) {
        return raw.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Response.Header::value)
                .toList();
    }

    public List<Response.Header> headers() {
        return raw.headers();
    }

    /** The body as it arrives; can be read once. */
    public InputStream bodyStream() {
        return raw.body();
    }

    /** What Content-Length says; empty for chunked bodies. */
    public OptionalLong contentLength() {
        return raw.contentLength();
    }

    /** The body as JSON; 400 when it is missing or malformed, 413 when it is too long. */
    public JsonNode json() {
        JsonNode parsed = json;
        if (parsed == null) {
            byte[] content = readBounded();
            if (content.length == 0) {
                throw ApiException.badRequest("The request needs a JSON body, and has none.");
            }
            try {
                parsed = Json.read(content);
            } catch (Json.MalformedJson e) {
                throw ApiException.badRequest(
                        "Malformed JSON in the request body: " + e.getMessage());
            }
            json = parsed;
        }
        return parsed;
    }

    /** Whether the request announces a body. */
    public boolean hasBody() {
        return raw.contentLength().orElse(header("Transfer-Encoding").isPresent() ? 1 : 0) > 0;
    }

    private byte[] readBounded() {
        if (raw.contentLength().orElse(0) > MAX_JSON_BYTES) {
            throw ApiException.tooLarge("Request is too large.");
        }
        try {
            byte[] content = raw.body().readNBytes(MAX_JSON_BYTES + 1);
            if (content.length > MAX_JSON_BYTES) {
                throw ApiException.tooLarge("Request is too large.");
            }
            return content;
        } catch (IOException e) {
            throw ApiException.badRequest("The request body ended before it was complete.");
        }
    }

    /** Who asks. Only routes that need a token may call this. */
    public Caller caller() {
        Caller known = caller;
        if (known == null) {
            throw ApiException.unauthorized(Pipeline.NEEDS_TOKEN);
        }
        return known;
    }

    public Optional<Caller> optionalCaller() {
        return Optional.ofNullable(caller);
    }

    /** The version that answers; only services with a {@link MicroversionRange} have one. */
    public Microversion microversion() {
        Microversion known = microversion;
        if (known == null) {
            throw new IllegalStateException("this service has no microversions");
        }
        return known;
    }

    /** The version that answers, once it is known. */
    Optional<Microversion> optionalMicroversion() {
        return Optional.ofNullable(microversion);
    }

    /** As in X-OpenStack-Request-Id: req- and a UUID. */
    public String requestId() {
        return requestId;
    }

    /** The id a calling service passed along, if it is well-formed. */
    public Optional<String> globalRequestId() {
        return header("X-OpenStack-Request-ID").filter(Pipeline::wellFormedRequestId);
    }

    /** Where the client found this service: scheme, authority and prefix, no trailing slash. */
    public String baseUrl() {
        return raw.origin() + raw.prefix();
    }

    /** Scheme and authority alone. */
    public String origin() {
        return raw.origin();
    }

    /** The whole address the client asked for, query included. */
    public String url() {
        return baseUrl() + rawPath() + (raw.rawQuery().isEmpty() ? "" : "?" + raw.rawQuery());
    }

    /** The peer's IP address. */
    public String remoteAddress() {
        return raw.remoteAddress();
    }

    /** What the listener knows of the connection, by name. */
    public Optional<String> attribute(String name) {
        return Optional.ofNullable(raw.attributes().get(name));
    }

    /** Throws 403 unless the caller may do this to that target. */
    public void authorize(String rule, Map<String, ?> target) {
        if (!allowed(rule, target)) {
            throw ApiException.forbidden("Policy doesn't allow " + rule + " to be performed.")
                    .type("PolicyNotAuthorized");
        }
        checkBody();
    }

    /** The body is held to this schema once the policy has allowed the request. */
    void checkAfterPolicy(Schema schema) {
        json();
        unchecked = schema;
    }

    /** Whether the body still waits for {@link #checkBody}. */
    boolean isUnchecked() {
        return unchecked != null;
    }

    /** Throws 400 if the body does not hold to the schema that it waits for. */
    void checkBody() {
        Schema schema = unchecked;
        if (schema != null) {
            schema.check(json(), optionalMicroversion());
            unchecked = null;
        }
    }

    /** Whether the caller may do this to that target. */
    public boolean allowed(String rule, Map<String, ?> target) {
        boolean allowed = policy.check(rule, target, caller());
        if (verdicts.size() < MAX_VERDICTS) {
            verdicts.add(new AnsweredRequest.Verdict(rule, allowed));
        }
        return allowed;
    }

    /** Says that the answer depends on more than rows, and holds for this request alone. */
    public void answerPasses() {
        passes = true;
    }

    boolean passes() {
        return passes;
    }

    /** What the policy was asked, in order. */
    List<AnsweredRequest.Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    Collection<String> pathParameters() {
        return pathParameters.values();
    }

    /** The route that matched, if one did. */
    Optional<Route> route() {
        return Optional.ofNullable(route);
    }

    /** What the answer says is wrong, if something is. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    void route(Route matched) {
        route = matched;
    }

    void failure(String message) {
        failure = message;
    }

    void pathParameters(Map<String, String> parameters) {
        pathParameters = parameters;
    }

    void caller(Caller caller) {
        this.caller = caller;
    }

    void microversion(Microversion version) {
        microversion = version;
    }
}
