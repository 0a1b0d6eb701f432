package org.monostack.platform.http;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.monostack.platform.database.DatabaseUnavailable;
import org.monostack.platform.engine.EngineAway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one request through a service's stages, always in this order: route, token, microversion,
 * policy, schema, handler. Stateless; any number of threads.
 */
final class Pipeline {
    static final String NEEDS_TOKEN = "The request you have made requires authentication.";

    private static final String BEARER = "Bearer ";
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final Pattern REQUEST_ID =
            Pattern.compile("req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final HttpService service;
    private final String authenticateUri;
    private final RequestObserver observer;

    Pipeline(HttpService service, String authenticateUri, RequestObserver observer) {
        this.service = service;
        this.authenticateUri = authenticateUri;
        this.observer = observer;
    }

    HttpService service() {
        return service;
    }

    static boolean wellFormedRequestId(String id) {
        return REQUEST_ID.matcher(id).matches();
    }

    Response answer(RawRequest raw) {
        long start = System.nanoTime();
        Instant startedAt = Instant.now();
        Request request = new Request(raw, "req-" + UUID.randomUUID(), service.policy());
        Response response;
        try {
            response = stages(request);
        } catch (Throwable e) {
            response = failure(e, request);
        }
        response = described(request, response);
        response = response.header("X-OpenStack-Request-Id", request.requestId());
        if (service.requestIdHeader().isPresent()) {
            response = response.header(service.requestIdHeader().get(), request.requestId());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "{} {} {} {} {} {} ms {} {}",
                    service.name(),
                    request.method(),
                    raw.rawPath(),
                    response.status(),
                    request.requestId(),
                    took.toMillis(),
                    request.optionalCaller().map(Caller::toString).orElse("-"),
                    request.globalRequestId().orElse("-"));
        }
        observer.answered(answered(request, response, startedAt, took));
        return response;
    }

    /**
     * Answers whoever another service of this process speaks for; no token is looked at. Throws
     * what the service refuses with.
     */
    Response answerFor(Caller caller, RawRequest raw) {
        Request request = new Request(raw, "req-" + UUID.randomUUID(), service.policy());
        request.caller(caller);
        try {
            return stages(request);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(
                    request.method() + " " + request.rawPath() + " failed", e);
        }
    }

    /** Says which microversion answered, whatever the answer is, unless the wish was no version. */
    private Response described(Request request, Response response) {
        Optional<MicroversionRange> range = service.microversions();
        if (range.isEmpty()) {
            return response;
        }
        try {
            Microversion version =
                    request.optionalMicroversion().orElseGet(() -> range.get().negotiate(request));
            return range.get().describe(response, version);
        } catch (ApiException e) {
            return response;
        }
    }

    private AnsweredRequest answered(
            Request request, Response response, Instant startedAt, Duration took) {
        return new AnsweredRequest(
                service.name(),
                request.method(),
                request.rawPath(),
                request.route().map(route -> route.templates().getFirst()),
                response,
                request.requestId(),
                request.globalRequestId(),
                request.optionalCaller(),
                request.remoteAddress(),
                startedAt,
                took,
                request.verdicts(),
                service.policy(),
                request.pathParameters(),
                request.failure());
    }

    private Response stages(Request request) throws Exception {
        Routes.Match match = service.routes().match(request.rawPath());
        List<Routes.Found> found = match.of(request.method());
        boolean open = !found.isEmpty() && found.getFirst().route().isOpen();
        if (!open && request.optionalCaller().isEmpty()) {
            request.caller(authenticate(request));
        }
        if (found.isEmpty()) {
            // A slash at the end that leads nowhere is the path of a thing whose id is empty.
            if (match.isEmpty() || request.rawPath().endsWith("/")) {
                throw ApiException.notFound("The resource could not be found.");
            }
            throw ApiException.methodNotAllowed(
                            "The method " + request.method() + " is not allowed for this resource.")
                    .header("Allow", String.join(", ", match.methods()));
        }
        Routes.Found chosen = choose(request, found);
        Route route = chosen.route();
        request.route(route);
        request.pathParameters(chosen.parameters());
        if (route.policyBeforeHandler()) {
            Caller caller = request.caller();
            request.authorize(
                    route.rule().orElseThrow(),
                    Map.of(
                            "project_id", caller.projectId().orElse(""),
                            "user_id", caller.userId(),
                            "domain_id", caller.domainId().orElse("")));
        }
        Optional<Schema> schema = route.schema();
        if (schema.isPresent()
                && service.routes().policyBeforeSchema()
                && route.rule().isPresent()
                && !route.policyBeforeHandler()) {
            return handleBeforeSchema(request, route, schema.get());
        }
        if (schema.isPresent()) {
            schema.get().check(request.json(), request.optionalMicroversion());
        }
        return route.answer(request);
    }

    /** The handler meets a body that nobody looked at until it asks the policy. */
    private static Response handleBeforeSchema(Request request, Route route, Schema schema)
            throws Exception {
        request.checkAfterPolicy(schema);
        Response response;
        try {
            response = route.answer(request);
        } catch (ApiException e) {
            throw e;
        } catch (RuntimeException e) {
            request.checkBody();
            throw e;
        }
        if (request.isUnchecked()) {
            throw new IllegalStateException(
                    route.method() + " " + route.templates() + " never asked the policy");
        }
        return response;
    }

    private Caller authenticate(Request request) {
        Optional<String> openStack =
                request.header("X-Auth-Token").or(() -> request.header("X-Storage-Token"));
        String token =
                openStack
                        .or(() -> bearer(request))
                        .orElseThrow(() -> ApiException.unauthorized(NEEDS_TOKEN));
        Optional<RequestLine.Bearer> bearer =
                openStack.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                new RequestLine.Bearer(request.remoteAddress(), request.headers()));
        return service.authenticator()
                .authenticate(
                        token,
                        new RequestLine(
                                service.name(),
                                request.method(),
                                request.rawPath(),
                                request.header("X-Service-Token"),
                                bearer));
    }

    /** As clients of OAuth 2.0 send a token (RFC 6750). */
    private static Optional<String> bearer(Request request) {
        return request.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    private Routes.Found choose(Request request, List<Routes.Found> found) {
        Optional<MicroversionRange> range = service.microversions();
        if (range.isEmpty()) {
            return found.getFirst();
        }
        Microversion version;
        try {
            version = range.get().negotiate(request);
        } catch (ApiException e) {
            // Version documents answer whatever version a client asks for.
            if (!found.getFirst().route().isOpen()) {
                throw e;
            }
            version = range.get().min();
        }
        request.microversion(version);
        for (Routes.Found candidate : found) {
            if (candidate.route().existsIn(version)) {
                return candidate;
            }
        }
        throw ApiException.notFound("API version " + version + " is not supported on this method.");
    }

    private Response failure(Throwable e, Request request) {
        ApiException error =
                switch (e) {
                    case ApiException known -> known;
                    case DatabaseUnavailable away -> {
                        LOG.warn(
                                "{}: the database is away: {}",
                                request.requestId(),
                                away.getMessage());
                        yield ApiException.unavailable("The database is unavailable; try again.");
                    }
                    default -> {
                        if (EngineAway.in(e)) {
                            LOG.warn(
                                    "{}: an engine is away: {}", request.requestId(), e.toString());
                            yield ApiException.unavailable(
                                    "An engine that this needs is unavailable; try again.");
                        }
                        if (isClientAbort(e)) {
                            yield ApiException.badRequest(
                                    "The request body ended before it was complete.");
                        }
                        LOG.error(
                                "{}: {} {} failed",
                                request.requestId(),
                                request.method(),
                                request.rawPath(),
                                e);
                        yield ApiException.of(
                                500,
                                "An unexpected error prevented the server from fulfilling your"
                                        + " request. ("
                                        + request.requestId()
                                        + ")");
                    }
                };
        request.failure(error.message());
        Response response = service.errors().render(error, request);
        for (Map.Entry<String, String> header : error.headers().entrySet()) {
            response = response.header(header.getKey(), header.getValue());
        }
        if (error.status() == 401) {
            response =
                    response.header("WWW-Authenticate", "Keystone uri=\"" + authenticateUri + "\"");
        }
        return response;
    }

    private static boolean isClientAbort(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                return false;
            }
            if (cause instanceof org.eclipse.jetty.io.EofException
                    || cause instanceof org.eclipse.jetty.http.HttpException) {
                return true;
            }
        }
        return false;
    }
}
