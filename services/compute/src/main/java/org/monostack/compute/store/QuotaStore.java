package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.QUOTA;
import static org.monostack.compute.jooq.Tables.QUOTA_CLASS;
import static org.monostack.compute.jooq.Tables.QUOTA_LOCK;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.QuotaResource;
import org.monostack.platform.database.Transaction;

/** Limits per project, per user in a project, and per class. Stateless. */
public final class QuotaStore {
    /** The class whose limits replace the built-in defaults. */
    public static final String DEFAULT_CLASS = "default";

    /** Limits that were set for a project, or for one user in it. */
    public Map<QuotaResource, Long> of(Transaction tx, String project, Optional<String> user) {
        Map<QuotaResource, Long> limits = new EnumMap<>(QuotaResource.class);
        tx.sql()
                .selectFrom(QUOTA)
                .where(QUOTA.PROJECT_ID.eq(project), QUOTA.USER_ID.eq(user.orElse("")))
                .forEach(row ->
                        QuotaResource.of(row.getResource())
                                .ifPresent(r -> limits.put(r, row.getHardLimit())));
        return limits;
    }

    /** What was set for a project, and for one user in it; either may be empty. */
    public record Limits(Map<QuotaResource, Long> project, Map<QuotaResource, Long> user) {}

    /** Both at once. */
    public Limits limits(Transaction tx, String project, String user) {
        Limits limits =
                new Limits(new EnumMap<>(QuotaResource.class), new EnumMap<>(QuotaResource.class));
        tx.sql()
                .selectFrom(QUOTA)
                .where(QUOTA.PROJECT_ID.eq(project), QUOTA.USER_ID.in("", user))
                .forEach(row ->
                        QuotaResource.of(row.getResource())
                                .ifPresent(r ->
                                        (row.getUserId().isEmpty()
                                                        ? limits.project()
                                                        : limits.user())
                                                .put(r, row.getHardLimit())));
        return limits;
    }

    public void put(
            Transaction tx,
            String project,
            Optional<String> user,
            QuotaResource resource,
            long limit) {
        var now = Rows.now();
        tx.sql()
                .insertInto(QUOTA)
                .set(QUOTA.PROJECT_ID, project)
                .set(QUOTA.USER_ID, user.orElse(""))
                .set(QUOTA.RESOURCE, resource.text())
                .set(QUOTA.HARD_LIMIT, limit)
                .set(QUOTA.CREATED_AT, now)
                .set(QUOTA.UPDATED_AT, now)
                .set(QUOTA.REVISION, 0L)
                .onDuplicateKeyUpdate()
                .set(QUOTA.HARD_LIMIT, limit)
                .set(QUOTA.UPDATED_AT, now)
                .set(QUOTA.REVISION, QUOTA.REVISION.plus(1))
                .execute();
    }

    /** Forgets a project's limits with those of all its users, or only one user's. */
    public void delete(Transaction tx, String project, Optional<String> user) {
        var delete = tx.sql().deleteFrom(QUOTA).where(QUOTA.PROJECT_ID.eq(project));
        user.map(id -> delete.and(QUOTA.USER_ID.eq(id))).orElse(delete).execute();
    }

    public Map<QuotaResource, Long> ofClass(Transaction tx, String name) {
        Map<QuotaResource, Long> limits = new EnumMap<>(QuotaResource.class);
        tx.sql()
                .selectFrom(QUOTA_CLASS)
                .where(QUOTA_CLASS.CLASS.eq(name))
                .forEach(row ->
                        QuotaResource.of(row.getResource())
                                .ifPresent(r -> limits.put(r, row.getHardLimit())));
        return limits;
    }

    public void putClass(Transaction tx, String name, QuotaResource resource, long limit) {
        var now = Rows.now();
        tx.sql()
                .insertInto(QUOTA_CLASS)
                .set(QUOTA_CLASS.CLASS, name)
                .set(QUOTA_CLASS.RESOURCE, resource.text())
                .set(QUOTA_CLASS.HARD_LIMIT, limit)
                .set(QUOTA_CLASS.CREATED_AT, now)
                .set(QUOTA_CLASS.UPDATED_AT, now)
                .set(QUOTA_CLASS.REVISION, 0L)
                .onDuplicateKeyUpdate()
                .set(QUOTA_CLASS.HARD_LIMIT, limit)
                .set(QUOTA_CLASS.UPDATED_AT, now)
                .set(QUOTA_CLASS.REVISION, QUOTA_CLASS.REVISION.plus(1))
                .execute();
    }

    /**
     * Makes transactions that count a project's (or user's) use and then add to it wait for each
     * other.
     */
    public void lock(Transaction tx, String owner) {
        var row =
                tx.sql()
                        .selectFrom(QUOTA_LOCK)
                        .where(QUOTA_LOCK.PROJECT_ID.eq(owner))
                        .forUpdate()
                        .fetchOptional();
        if (row.isEmpty()) {
            // The insertion itself holds the row's lock from here on.
            tx.sql()
                    .insertInto(QUOTA_LOCK)
                    .set(QUOTA_LOCK.PROJECT_ID, owner)
                    .set(QUOTA_LOCK.CREATED_AT, Rows.now())
                    .onDuplicateKeyUpdate()
                    .set(QUOTA_LOCK.PROJECT_ID, owner)
                    .execute();
        }
    }
}
