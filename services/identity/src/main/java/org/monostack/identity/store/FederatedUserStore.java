package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.FEDERATED_USER;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.InsertSetMoreStep;
import org.monostack.identity.jooq.tables.records.FederatedUserRecord;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.FederatedIdentity;
import org.monostack.platform.database.Transaction;

/** Which user of ours somebody at an identity provider is. Stateless. */
public final class FederatedUserStore {

    public Optional<FederatedIdentity> find(Transaction tx, FederatedBy by, String uniqueId) {
        return tx.sql()
                .selectFrom(FEDERATED_USER)
                .where(
                        FEDERATED_USER.IDENTITY_PROVIDER_ID.eq(by.providerId()),
                        FEDERATED_USER.PROTOCOL_ID.eq(by.protocolId()),
                        FEDERATED_USER.UNIQUE_ID.eq(uniqueId))
                .fetchOptional(row -> new FederatedIdentity(by, uniqueId, row.getUserId()));
    }

    /** Two log-ins of one person at once write the same; the second changes nothing. */
    public void insert(Transaction tx, FederatedIdentity identity) {
        insertion(tx, identity).onDuplicateKeyIgnore().execute();
    }

    private static InsertSetMoreStep<FederatedUserRecord> insertion(
            Transaction tx, FederatedIdentity identity) {
        return tx.sql()
                .insertInto(FEDERATED_USER)
                .set(FEDERATED_USER.IDENTITY_PROVIDER_ID, identity.by().providerId())
                .set(FEDERATED_USER.PROTOCOL_ID, identity.by().protocolId())
                .set(FEDERATED_USER.UNIQUE_ID, identity.uniqueId())
                .set(FEDERATED_USER.USER_ID, identity.userId())
                .set(FEDERATED_USER.CREATED_AT, Rows.now());
    }

    /** Makes these all that a user is elsewhere; 409 if one of them is taken. */
    public void replace(Transaction tx, String userId, List<FederatedIdentity> identities) {
        tx.sql().deleteFrom(FEDERATED_USER).where(FEDERATED_USER.USER_ID.eq(userId)).execute();
        for (FederatedIdentity identity : identities) {
            Rows.unique(() -> conflict(identity), () -> insertion(tx, identity).execute());
        }
    }

    private static String conflict(FederatedIdentity identity) {
        return "Conflict occurred attempting to store federated_user - Duplicate entry found with"
                + " unique_id "
                + identity.uniqueId()
                + " at identity provider "
                + identity.by().providerId()
                + " and protocol "
                + identity.by().protocolId()
                + ".";
    }

    /** Who these users are elsewhere, in a fixed order. */
    public List<FederatedIdentity> ofUsers(Transaction tx, Collection<String> userIds) {
        return tx.sql()
                .selectFrom(FEDERATED_USER)
                .where(FEDERATED_USER.USER_ID.in(userIds))
                .orderBy(
                        FEDERATED_USER.IDENTITY_PROVIDER_ID,
                        FEDERATED_USER.PROTOCOL_ID,
                        FEDERATED_USER.UNIQUE_ID)
                .fetch(row ->
                        new FederatedIdentity(
                                new FederatedBy(row.getIdentityProviderId(), row.getProtocolId()),
                                row.getUniqueId(),
                                row.getUserId()));
    }
}
