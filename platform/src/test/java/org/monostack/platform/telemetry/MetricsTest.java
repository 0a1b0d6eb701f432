package org.monostack.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page as Prometheus reads it. */
class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void aTimerIsACumulativeHistogram() {
        Metrics.Timer timer = metrics.timer("work_seconds", "Work.", "kind");
        timer.record(Duration.ofMillis(2), "a");
        timer.record(Duration.ofMillis(40), "a");
        timer.record(Duration.ofMinutes(2), "a");
        assertThat(metrics.render().lines())
                .contains(
                        "# HELP work_seconds Work.",
                        "# TYPE work_seconds histogram",
                        "work_seconds_bucket{kind=\"a\",le=\"0.001\"} 0",
                        "work_seconds_bucket{kind=\"a\",le=\"0.0025\"} 1",
                        "work_seconds_bucket{kind=\"a\",le=\"0.05\"} 2",
                        "work_seconds_bucket{kind=\"a\",le=\"30\"} 2",
                        "work_seconds_bucket{kind=\"a\",le=\"+Inf\"} 3",
                        "work_seconds_count{kind=\"a\"} 3");
    }

    @Test
    void labelsAreEscapedAndAFailingGaugeLeavesTheRest() {
        metrics.gauge(
                "odd",
                "Odd.",
                List.of("name"),
                () -> List.of(Metrics.Sample.of(1.5, "a\"b\\c\nd")));
        metrics.gauge(
                "broken",
                "Broken.",
                List.of(),
                () -> {
                    throw new IllegalStateException("the database is away");
                });
        assertThat(metrics.render())
                .contains("odd{name=\"a\\\"b\\\\c\\nd\"} 1.5\n")
                .doesNotContain("broken");
    }
}
