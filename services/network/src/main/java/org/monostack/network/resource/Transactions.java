package org.monostack.network.resource;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.SQLStateClass;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;

/** Runs a request's transaction, and turns what refuses it into an answer. Stateless. */
final class Transactions {
    private final Database database;

    Transactions(Database database) {
        this.database = database;
    }

    <T> T inTransaction(Function<Transaction, T> body) {
        return refused(() -> database.inTransaction(body));
    }

    /** Queries alone. */
    <T> T reading(Function<Transaction, T> body) {
        return refused(() -> database.reading(body));
    }

    private static <T> T refused(Supplier<T> work) {
        try {
            return work.get();
        } catch (Refusal e) {
            throw NetworkErrors.of(e);
        } catch (DataAccessException e) {
            // What the checks had found in order was changed by another request meanwhile.
            if (e.sqlStateClass() == SQLStateClass.C23_INTEGRITY_CONSTRAINT_VIOLATION) {
                throw NetworkErrors.conflict(
                        "HTTPConflict",
                        "Another request changed what this one depends on at the same moment.");
            }
            throw e;
        }
    }

    void run(Consumer<Transaction> body) {
        inTransaction(tx -> {
            body.accept(tx);
            return true;
        });
    }
}
