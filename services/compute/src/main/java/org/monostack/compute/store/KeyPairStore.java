package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.KEYPAIR;

import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.KeypairRecord;
import org.monostack.compute.model.KeyPair;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The rows of key pairs, which belong to users. Stateless. */
public final class KeyPairStore {

    public Optional<KeyPair> find(Transaction tx, String user, String name) {
        return tx.sql()
                .selectFrom(KEYPAIR)
                .where(KEYPAIR.USER_ID.eq(user), KEYPAIR.NAME.eq(name))
                .fetchOptional(KeyPairStore::keyPair);
    }

    /** In the order of their names. */
    public List<KeyPair> list(Transaction tx, String user, Optional<String> after, int limit) {
        return tx.sql()
                .selectFrom(KEYPAIR)
                .where(KEYPAIR.USER_ID.eq(user))
                .and(after.map(KEYPAIR.NAME::gt).orElse(DSL.noCondition()))
                .orderBy(KEYPAIR.NAME)
                .limit(limit)
                .fetch(KeyPairStore::keyPair);
    }

    public int count(Transaction tx, String user) {
        return tx.sql().fetchCount(KEYPAIR, KEYPAIR.USER_ID.eq(user));
    }

    public void insert(
            Transaction tx,
            String user,
            String name,
            String type,
            String fingerprint,
            String publicKey) {
        var now = Rows.now();
        tx.sql()
                .insertInto(KEYPAIR)
                .set(KEYPAIR.USER_ID, user)
                .set(KEYPAIR.NAME, name)
                .set(KEYPAIR.TYPE, type)
                .set(KEYPAIR.FINGERPRINT, fingerprint)
                .set(KEYPAIR.PUBLIC_KEY, publicKey)
                .set(KEYPAIR.CREATED_AT, now)
                .set(KEYPAIR.UPDATED_AT, now)
                .set(KEYPAIR.REVISION, 0L)
                .execute();
    }

    /** Whether there was one. */
    public boolean delete(Transaction tx, String user, String name) {
        return tx.sql()
                        .deleteFrom(KEYPAIR)
                        .where(KEYPAIR.USER_ID.eq(user), KEYPAIR.NAME.eq(name))
                        .execute()
                > 0;
    }

    private static KeyPair keyPair(KeypairRecord row) {
        return new KeyPair(
                row.getNumber(),
                row.getUserId(),
                row.getName(),
                row.getType(),
                row.getFingerprint(),
                row.getPublicKey(),
                Times.fromDb(row.getCreatedAt()));
    }
}
