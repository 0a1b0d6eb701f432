package org.monostack.platform.operation;

import java.util.Optional;

/**
 * One step of an operation. Its action is idempotent: it observes before it acts, since it is run
 * again whenever the process ended before its result was recorded.
 *
 * @param name stable; shown to users in the list of events
 * @param undo takes back what the action did, or may have done; idempotent as well
 */
public record Step<P>(String name, Action<P> action, Optional<Action<P>> undo) {

    public static <P> Step<P> of(String name, Action<P> action) {
        return new Step<>(name, action, Optional.empty());
    }

    public Step<P> undoneBy(Action<P> undo) {
        return new Step<>(name, action, Optional.of(undo));
    }

    /** Acts on the world outside the database; runs in no transaction, and may block. */
    @FunctionalInterface
    public interface Action<P> {
        Outcome run(P payload, StepContext context) throws Exception;
    }
}
