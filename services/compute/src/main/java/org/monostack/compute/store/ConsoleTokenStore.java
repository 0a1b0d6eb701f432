package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.CONSOLE_TOKEN;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Keys to consoles: only their digests are kept, each opens one console once. Stateless. */
public final class ConsoleTokenStore {

    /** What a token opens. */
    public record Grant(UUID server, String type, Instant expiresAt) {}

    public void insert(Transaction tx, String tokenHash, Grant grant) {
        var now = Rows.now();
        tx.sql().deleteFrom(CONSOLE_TOKEN).where(CONSOLE_TOKEN.EXPIRES_AT.lt(now)).execute();
        tx.sql()
                .insertInto(CONSOLE_TOKEN)
                .set(CONSOLE_TOKEN.TOKEN_HASH, tokenHash)
                .set(CONSOLE_TOKEN.SERVER_ID, grant.server().toString())
                .set(CONSOLE_TOKEN.TYPE, grant.type())
                .set(CONSOLE_TOKEN.EXPIRES_AT, Times.toDb(grant.expiresAt()))
                .set(CONSOLE_TOKEN.CREATED_AT, now)
                .execute();
    }

    /** What a token opens, if it is still valid. */
    public Optional<Grant> find(Transaction tx, String tokenHash) {
        return tx.sql()
                .selectFrom(CONSOLE_TOKEN)
                .where(
                        CONSOLE_TOKEN.TOKEN_HASH.eq(tokenHash),
                        CONSOLE_TOKEN.EXPIRES_AT.gt(Rows.now()))
                .forUpdate()
                .fetchOptional(row ->
                        new Grant(
                                UUID.fromString(row.getServerId()),
                                row.getType(),
                                Times.fromDb(row.getExpiresAt())));
    }

    public void delete(Transaction tx, String tokenHash) {
        tx.sql().deleteFrom(CONSOLE_TOKEN).where(CONSOLE_TOKEN.TOKEN_HASH.eq(tokenHash)).execute();
    }

    public void deleteOf(Transaction tx, UUID server) {
        tx.sql()
                .deleteFrom(CONSOLE_TOKEN)
                .where(CONSOLE_TOKEN.SERVER_ID.eq(server.toString()))
                .execute();
    }
}
