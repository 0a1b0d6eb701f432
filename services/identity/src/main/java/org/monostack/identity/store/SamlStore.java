package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.SAML_ASSERTION;
import static org.monostack.identity.jooq.Tables.SAML_SESSION;

import java.time.Instant;
import java.util.Optional;
import org.jooq.exception.DataAccessException;
import org.monostack.identity.jooq.tables.records.SamlSessionRecord;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Which assertions were taken, and what they stated, until it is asked for. Rows whose time is over
 * are removed by later writes, a few at a time. Stateless.
 */
public final class SamlStore {

    private static final int SWEPT = 20;

    /**
     * Remembers an assertion until nobody would take it anyway.
     *
     * @return whether it was not taken before
     */
    public boolean take(Transaction tx, String digest, Instant expiresAt) {
        try {
            tx.sql()
                    .insertInto(SAML_ASSERTION)
                    .set(SAML_ASSERTION.DIGEST, digest)
                    .set(SAML_ASSERTION.EXPIRES_AT, Times.toDb(expiresAt))
                    .set(SAML_ASSERTION.CREATED_AT, Rows.now())
                    .execute();
        } catch (DataAccessException e) {
            if (Database.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
        tx.sql()
                .deleteFrom(SAML_ASSERTION)
                .where(SAML_ASSERTION.EXPIRES_AT.lt(Rows.now()))
                .limit(SWEPT)
                .execute();
        return true;
    }

    /** Keeps what a provider stated for whoever brings the text with this digest. */
    public void keep(
            Transaction tx,
            String digest,
            String providerId,
            String attributes,
            Instant expiresAt) {
        tx.sql()
                .insertInto(SAML_SESSION)
                .set(SAML_SESSION.DIGEST, digest)
                .set(SAML_SESSION.IDENTITY_PROVIDER_ID, providerId)
                .set(SAML_SESSION.ATTRIBUTES, attributes)
                .set(SAML_SESSION.EXPIRES_AT, Times.toDb(expiresAt))
                .set(SAML_SESSION.CREATED_AT, Rows.now())
                .execute();
        tx.sql()
                .deleteFrom(SAML_SESSION)
                .where(SAML_SESSION.EXPIRES_AT.lt(Rows.now()))
                .limit(SWEPT)
                .execute();
    }

    /** What this provider stated for the bearer of the text with this digest; only once. */
    public Optional<String> collect(Transaction tx, String digest, String providerId) {
        Optional<SamlSessionRecord> row =
                tx.sql()
                        .selectFrom(SAML_SESSION)
                        .where(
                                SAML_SESSION
                                        .DIGEST
                                        .eq(digest)
                                        .and(SAML_SESSION.IDENTITY_PROVIDER_ID.eq(providerId)))
                        .forUpdate()
                        .fetchOptional();
        row.ifPresent(it -> it.delete());
        return row.filter(it -> it.getExpiresAt().isAfter(Rows.now()))
                .map(SamlSessionRecord::getAttributes);
    }
}
