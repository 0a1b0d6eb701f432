package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.TRUST;
import static org.monostack.identity.jooq.Tables.TRUST_ROLE;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.jooq.tables.records.TrustRecord;
import org.monostack.identity.model.Trust;
import org.monostack.platform.database.Transaction;

/** Trusts. A deleted one stays as a row, for the record. Stateless. */
public final class TrustStore implements OfProjects {

    /** A trust that is not deleted; it may have expired. */
    public Optional<Trust> find(Transaction tx, String id) {
        return fetch(tx, TRUST.ID.eq(id)).stream().findFirst();
    }

    /** Trusts by either side; empty stands for any. */
    public List<Trust> list(
            Transaction tx, Optional<String> trustorId, Optional<String> trusteeId) {
        return fetch(
                tx,
                DSL.and(
                        trustorId.map(TRUST.TRUSTOR_USER_ID::eq).orElse(DSL.noCondition()),
                        trusteeId.map(TRUST.TRUSTEE_USER_ID::eq).orElse(DSL.noCondition())));
    }

    private static List<Trust> fetch(Transaction tx, Condition which) {
        List<TrustRecord> rows =
                tx.sql()
                        .selectFrom(TRUST)
                        .where(which, TRUST.DELETED_AT.isNull())
                        .orderBy(TRUST.ID)
                        .fetch();
        Map<String, List<String>> roles =
                rows.isEmpty()
                        ? Map.of()
                        : tx.sql()
                                .selectFrom(TRUST_ROLE)
                                .where(
                                        TRUST_ROLE.TRUST_ID.in(
                                                rows.stream().map(TrustRecord::getId).toList()))
                                .orderBy(TRUST_ROLE.ROLE_ID)
                                .fetchGroups(TRUST_ROLE.TRUST_ID, TRUST_ROLE.ROLE_ID);
        return rows.stream()
                .map(row -> trust(row, roles.getOrDefault(row.getId(), List.of())))
                .toList();
    }

    public void insert(Transaction tx, Trust trust) {
        TrustRecord row = tx.sql().newRecord(TRUST);
        row.setId(trust.id());
        row.setTrustorUserId(trust.trustorUserId());
        row.setTrusteeUserId(trust.trusteeUserId());
        row.setProjectId(trust.projectId().orElse(null));
        row.setImpersonation(trust.impersonation());
        row.setExpiresAt(Rows.time(trust.expiresAt()));
        row.setRemainingUses(
                trust.remainingUses().isPresent() ? trust.remainingUses().getAsInt() : null);
        row.setRedelegatedTrustId(trust.redelegatedTrustId().orElse(null));
        row.setRedelegationCount(trust.redelegationCount());
        row.setExtra(trust.extra());
        row.setCreatedAt(Rows.now());
        row.setUpdatedAt(Rows.now());
        row.setRevision(1L);
        row.insert();
        for (String roleId : trust.roleIds()) {
            tx.sql()
                    .insertInto(TRUST_ROLE)
                    .set(TRUST_ROLE.TRUST_ID, trust.id())
                    .set(TRUST_ROLE.ROLE_ID, roleId)
                    .onDuplicateKeyIgnore()
                    .execute();
        }
    }

    /** Takes one use; false if none is left. */
    public boolean use(Transaction tx, String id) {
        return tx.sql()
                        .update(TRUST)
                        .set(TRUST.REMAINING_USES, TRUST.REMAINING_USES.minus(1))
                        .where(
                                TRUST.ID.eq(id),
                                TRUST.DELETED_AT.isNull(),
                                TRUST.REMAINING_USES.isNull().or(TRUST.REMAINING_USES.gt(0)))
                        .execute()
                > 0;
    }

    /** Deletes it, and all that were made from it, however indirectly. */
    public void delete(Transaction tx, String id) {
        tx.sql().update(TRUST).set(TRUST.DELETED_AT, Rows.now()).where(TRUST.ID.eq(id)).execute();
        tx.sql()
                .select(TRUST.ID)
                .from(TRUST)
                .where(TRUST.REDELEGATED_TRUST_ID.eq(id), TRUST.DELETED_AT.isNull())
                .fetch(TRUST.ID)
                .forEach(child -> delete(tx, child));
    }

    public void deleteOfUsers(Transaction tx, Collection<String> userIds) {
        tx.sql()
                .update(TRUST)
                .set(TRUST.DELETED_AT, Rows.now())
                .where(TRUST.TRUSTOR_USER_ID.in(userIds).or(TRUST.TRUSTEE_USER_ID.in(userIds)))
                .execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> projectIds) {
        tx.sql()
                .update(TRUST)
                .set(TRUST.DELETED_AT, Rows.now())
                .where(TRUST.PROJECT_ID.in(projectIds))
                .execute();
    }

    private static Trust trust(TrustRecord row, List<String> roleIds) {
        @Nullable Integer uses = row.getRemainingUses();
        return new Trust(
                row.getId(),
                row.getTrustorUserId(),
                row.getTrusteeUserId(),
                Optional.ofNullable(row.getProjectId()),
                row.getImpersonation(),
                Rows.time(row.getExpiresAt()),
                uses == null ? OptionalInt.empty() : OptionalInt.of(uses),
                Optional.ofNullable(row.getRedelegatedTrustId()),
                row.getRedelegationCount(),
                Rows.time(row.getDeletedAt()),
                roleIds,
                row.getExtra());
    }
}
