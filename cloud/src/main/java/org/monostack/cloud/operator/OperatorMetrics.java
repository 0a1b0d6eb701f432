package org.monostack.cloud.operator;

import java.util.List;
import org.monostack.platform.invariant.Invariants;
import org.monostack.platform.telemetry.Metrics;

/** The numbers of engines and invariants. */
final class OperatorMetrics {
    private OperatorMetrics() {}

    static void addTo(Metrics metrics, Invariants invariants, EngineReport engines) {
        metrics.gauge(
                "monostack_engine_up",
                "Whether a daemon runs.",
                List.of("daemon"),
                () ->
                        engines.lines().stream()
                                .map(line -> Metrics.Sample.of(line.well() ? 1 : 0, line.name()))
                                .toList());
        metrics.counter(
                "monostack_engine_restarts_total",
                "How often a daemon was found started anew.",
                List.of("daemon"),
                () ->
                        engines.lines().stream()
                                .map(line -> Metrics.Sample.of(line.restarts(), line.name()))
                                .toList());
        metrics.gauge(
                "monostack_invariant_findings",
                "Violations that the last look found and left.",
                List.of("check"),
                () ->
                        invariants.latest().stream()
                                .map(result -> Metrics.Sample.of(result.left(), result.check()))
                                .toList());
        metrics.gauge(
                "monostack_invariant_unchecked",
                "Whether the last look could not be taken.",
                List.of("check"),
                () ->
                        invariants.latest().stream()
                                .map(result ->
                                        Metrics.Sample.of(
                                                result.trouble().isPresent() ? 1 : 0,
                                                result.check()))
                                .toList());
        metrics.gauge(
                "monostack_invariant_checked_timestamp_seconds",
                "When the last look was taken.",
                List.of("check"),
                () ->
                        invariants.latest().stream()
                                .map(result ->
                                        Metrics.Sample.of(
                                                result.at().getEpochSecond(), result.check()))
                                .toList());
        metrics.counter(
                "monostack_invariant_repaired_total",
                "Violations repaired.",
                List.of("check"),
                () ->
                        invariants.repaired().entrySet().stream()
                                .map(each -> Metrics.Sample.of(each.getValue(), each.getKey()))
                                .toList());
    }
}
