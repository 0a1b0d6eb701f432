package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER_PASSWORD;

import java.util.Optional;
import java.util.UUID;
import org.monostack.platform.database.Transaction;

/**
 * Passwords that guests made up and told, encrypted with their owner's key by the guest itself; at
 * most one for each server. Stateless.
 */
public final class ServerPasswordStore {

    public Optional<String> find(Transaction tx, UUID server) {
        return tx.sql()
                .select(SERVER_PASSWORD.CONTENT)
                .from(SERVER_PASSWORD)
                .where(SERVER_PASSWORD.SERVER_ID.eq(server.toString()))
                .fetchOptional(SERVER_PASSWORD.CONTENT);
    }

    /** Whether it was kept; a server that has one keeps that. */
    public boolean insert(Transaction tx, UUID server, String content) {
        return tx.sql()
                        .insertInto(SERVER_PASSWORD)
                        .set(SERVER_PASSWORD.SERVER_ID, server.toString())
                        .set(SERVER_PASSWORD.CONTENT, content)
                        .set(SERVER_PASSWORD.CREATED_AT, Rows.now())
                        .onDuplicateKeyIgnore()
                        .execute()
                == 1;
    }

    public void deleteOf(Transaction tx, UUID server) {
        tx.sql()
                .deleteFrom(SERVER_PASSWORD)
                .where(SERVER_PASSWORD.SERVER_ID.eq(server.toString()))
                .execute();
    }
}
