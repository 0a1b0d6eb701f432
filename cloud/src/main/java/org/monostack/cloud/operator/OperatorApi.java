package org.monostack.cloud.operator;

import java.util.Optional;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.invariant.Invariants;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.telemetry.Explainer;
import org.monostack.platform.telemetry.Metrics;

/**
 * The operator's routes. The numbers are open, since they name nobody; the rest is for
 * administrators.
 */
public final class OperatorApi {
    private static final String RULE = "operator";

    private final Metrics metrics;
    private final Invariants invariants;
    private final Explainer explainer;
    private final EngineReport engines;

    public OperatorApi(
            Metrics metrics, Invariants invariants, Explainer explainer, EngineReport engines) {
        this.metrics = metrics;
        this.invariants = invariants;
        this.explainer = explainer;
        this.engines = engines;
    }

    /** What is served on the operator's listener. */
    public HttpService service(Authenticator authenticator) {
        Routes routes = new Routes();
        routes.get("/", this::index).open();
        routes.get("/metrics", this::metrics).open();
        routes.get("/doctor", request -> doctor(false)).policy(RULE);
        routes.post("/doctor/repair", request -> doctor(true)).policy(RULE);
        routes.get("/doctor/latest", this::latest).policy(RULE);
        routes.get("/explain/{id}", this::explain).policy(RULE);
        return new HttpService(
                "operator",
                routes,
                (error, request) ->
                        Response.json(error.status(), Json.object().put("error", error.message())),
                Optional.empty(),
                authenticator,
                Policy.builder().rule(RULE, "role:admin").build());
    }

    private Response index(Request request) {
        var links = Json.object();
        links.put("metrics", "/metrics");
        links.put("doctor", "/doctor");
        links.put("repair", "/doctor/repair");
        links.put("latest", "/doctor/latest");
        links.put("explain", "/explain/{id}");
        return Response.json(200, links);
    }

    private Response metrics(Request request) {
        return Response.text(200, Metrics.contentType(), metrics.render());
    }

    private Response doctor(boolean repair) {
        return Response.json(200, Views.doctor(invariants.examine(repair), engines.lines()));
    }

    private Response latest(Request request) {
        return Response.json(200, Views.doctor(invariants.latest(), engines.lines()));
    }

    private Response explain(Request request) {
        String id = request.pathParameter("id");
        return explainer
                .explain(id)
                .map(story -> Response.json(200, Views.story(story)))
                .orElseThrow(() ->
                        ApiException.notFound("Nothing is known of " + id + " here any more."));
    }
}
