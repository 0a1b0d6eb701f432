package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.REVOKED_TOKEN;
import static org.monostack.identity.jooq.Tables.STORED_TOKEN;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.RevokedToken;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Revoked tokens, and what UUID tokens stand for. Rows whose time is over are removed by later
 * writes, a few at a time, so that the tables stay as small as what is alive. Stateless.
 */
public final class TokenStore {

    private static final int SWEPT = 20;

    public void revoke(Transaction tx, String auditId, Instant expiresAt) {
        tx.sql()
                .insertInto(REVOKED_TOKEN)
                .set(REVOKED_TOKEN.AUDIT_ID, auditId)
                .set(REVOKED_TOKEN.EXPIRES_AT, Times.toDb(expiresAt))
                .set(REVOKED_TOKEN.CREATED_AT, Rows.now())
                .onDuplicateKeyIgnore()
                .execute();
        tx.sql()
                .deleteFrom(REVOKED_TOKEN)
                .where(
                        REVOKED_TOKEN.EXPIRES_AT.lt(
                                Times.toDb(Times.now().minusSeconds(3 * 86_400))))
                .limit(SWEPT)
                .execute();
    }

    /** Those that would not be over anyway. */
    public List<RevokedToken> revoked(Transaction tx) {
        return tx.sql()
                .selectFrom(REVOKED_TOKEN)
                .where(REVOKED_TOKEN.EXPIRES_AT.ge(Rows.now()))
                .orderBy(REVOKED_TOKEN.CREATED_AT)
                .fetch(row -> new RevokedToken(row.getAuditId(), Times.fromDb(row.getCreatedAt())));
    }

    public void store(Transaction tx, String digest, String content, Instant expiresAt) {
        tx.sql()
                .insertInto(STORED_TOKEN)
                .set(STORED_TOKEN.DIGEST, digest)
                .set(STORED_TOKEN.CONTENT, content)
                .set(STORED_TOKEN.EXPIRES_AT, Times.toDb(expiresAt))
                .set(STORED_TOKEN.CREATED_AT, Rows.now())
                .execute();
        tx.sql()
                .deleteFrom(STORED_TOKEN)
                .where(STORED_TOKEN.EXPIRES_AT.lt(Times.toDb(Times.now().minusSeconds(3 * 86_400))))
                .limit(SWEPT)
                .execute();
    }

    public Optional<String> stored(Transaction tx, String digest) {
        return tx.sql()
                .select(STORED_TOKEN.CONTENT)
                .from(STORED_TOKEN)
                .where(STORED_TOKEN.DIGEST.eq(digest))
                .fetchOptional(STORED_TOKEN.CONTENT);
    }
}
