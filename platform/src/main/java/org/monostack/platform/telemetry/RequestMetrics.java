package org.monostack.platform.telemetry;

import org.monostack.platform.http.AnsweredRequest;
import org.monostack.platform.http.RequestObserver;

/** Counts and times requests by service and route. */
public final class RequestMetrics implements RequestObserver {
    private final Metrics.Timer timer;

    public RequestMetrics(Metrics metrics) {
        timer =
                metrics.timer(
                        "monostack_http_request_seconds",
                        "Requests answered, from the first byte to the answer.",
                        "service",
                        "method",
                        "route",
                        "status");
    }

    @Override
    public void answered(AnsweredRequest request) {
        timer.record(
                request.took(),
                request.service(),
                // A client may invent methods; only those that a route has are worth a series.
                request.route().isPresent() ? request.method() : "other",
                request.route().orElse("none"),
                Integer.toString(request.status()));
    }
}
