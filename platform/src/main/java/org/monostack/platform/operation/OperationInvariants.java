package org.monostack.platform.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;

/** What must be true of operations whatever they are about: somebody works on each. */
final class OperationInvariants {

    /** The longest honest step: a large image on a slow disk. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private OperationInvariants() {}

    static List<Invariant> of(
            Database database,
            OperationStore store,
            OperationRecords records,
            OperationConfig config) {
        return List.of(
                Invariant.of(
                        "operation.lease",
                        "an operation whose holder fell silent is taken up by somebody else",
                        () ->
                                database.inTransaction(tx -> {
                                    Instant then = Instant.now().minus(config.lease());
                                    return records.lapsed(tx, then).stream()
                                            .map(each -> lapsed(database, store, each))
                                            .toList();
                                })),
                Invariant.of(
                        "operation.progress",
                        "an operation gets on within " + PATIENCE.toMinutes() + " minutes",
                        () ->
                                database.inTransaction(tx -> {
                                    Instant then = Instant.now().minus(PATIENCE);
                                    return records.withoutProgress(tx, then).stream()
                                            .map(OperationInvariants::stuck)
                                            .toList();
                                })));
    }

    private static Violation lapsed(
            Database database, OperationStore store, OperationRecord operation) {
        return Violation.repairedBy(
                Severity.ERROR,
                "operation",
                operation.id(),
                title(operation) + " is held by a process that does not renew its lease",
                () ->
                        database.<Boolean>inTransaction(
                                (Transaction tx) -> store.free(tx, operation.id())));
    }

    private static Violation stuck(OperationRecord operation) {
        String why =
                Optional.ofNullable(operation.events().isEmpty() ? null : operation.events())
                        .map(List::getLast)
                        .map(last ->
                                "; last: "
                                        + last.step()
                                        + " "
                                        + last.result()
                                        + last.detail().map(text -> " (" + text + ")").orElse(""))
                        .orElse("; no step was finished yet");
        return Violation.of(
                Severity.WARNING,
                "operation",
                operation.id(),
                title(operation) + " has made no progress since " + operation.updatedAt() + why);
    }

    private static String title(OperationRecord operation) {
        return operation.kind()
                + " of "
                + operation.resourceType()
                + " "
                + operation.resourceId()
                + " (request "
                + operation.requestId()
                + ")";
    }
}
