package org.monostack.platform.operation;

import java.util.List;
import org.monostack.platform.database.Transaction;

/**
 * One kind of durable operation: a short list of named steps and what its end means. Stateless; one
 * instance serves every operation of its kind, from any thread.
 *
 * @param <P> the payload, a record that JSON can hold: ids and choices made when the operation was
 *     accepted, never things that the database knows better
 */
public interface OperationKind<P> {

    /** Unique in the program, stable for ever: unfinished operations carry it across upgrades. */
    String name();

    Class<P> payloadType();

    /** In order. Steps may be appended in later versions, not reordered. */
    List<Step<P>> steps();

    /** Runs in the transaction that ends an operation whose steps are all done. */
    default void succeeded(Transaction tx, P payload) {}

    /** Runs in the transaction that ends a failed operation, after its steps were undone. */
    default void failed(Transaction tx, P payload, Failure failure) {}
}
