package org.monostack.cloud.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.monostack.cloud.engine.Supervisor;

/**
 * The engines as an operator wants to see them: every daemon of our own, and whether the database
 * answers, whoever runs it.
 */
public record EngineReport(Supervisor supervisor, BooleanSupplier databaseAnswers) {

    /**
     * @param state running, suspended, dead, or away
     * @param log where to read more, if that is known
     */
    public record Line(
            String name,
            String state,
            Optional<Long> pid,
            int restarts,
            Optional<String> trouble,
            Optional<String> log) {
        public boolean well() {
            return state.equals("running");
        }
    }

    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        supervisor.status().forEach(status -> lines.add(line(status)));
        if (!databaseAnswers.getAsBoolean()) {
            lines.addFirst(
                    new Line(
                            "database connection",
                            "away",
                            Optional.empty(),
                            0,
                            Optional.of("no connection can be had"),
                            Optional.empty()));
        }
        return lines;
    }

    private static Line line(Supervisor.Status status) {
        return new Line(
                status.daemon(),
                status.state().name().toLowerCase(Locale.ROOT),
                status.pid().isPresent() ? Optional.of(status.pid().getAsLong()) : Optional.empty(),
                status.restarts(),
                status.trouble(),
                Optional.of(status.log().toString()));
    }
}
