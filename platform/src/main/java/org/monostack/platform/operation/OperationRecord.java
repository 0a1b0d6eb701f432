package org.monostack.platform.operation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An operation as the database keeps it, with the runs of its steps. */
public record OperationRecord(
        String id,
        String kind,
        String resourceType,
        String resourceId,
        String requestId,
        State state,
        Optional<String> failure,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> finishedAt,
        List<OperationEvent> events) {

    /** Where an operation stands. */
    public enum State {
        /** Steps are being done, or wait for their turn. */
        RUNNING,
        /** A step failed for good; done ones are being undone. */
        UNDOING,
        SUCCEEDED,
        FAILED
    }
}
