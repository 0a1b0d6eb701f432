package org.monostack.platform.operation;

import java.time.Instant;
import java.util.Optional;

/**
 * One run of one step, as the event log keeps it.
 *
 * @param result Success, Error, Retry, or Waiting (for an engine that is away)
 */
public record OperationEvent(
        String step,
        boolean undo,
        String result,
        Optional<String> detail,
        Instant startedAt,
        Instant finishedAt) {}
