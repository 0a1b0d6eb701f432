package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.MIGRATION;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.MigrationRecord;
import org.monostack.compute.model.Migration;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The rows of resizes and moves. Stateless. */
public final class MigrationStore {

    /** Which migrations to list; an empty choice means no restriction. */
    public record Filter(
            Optional<UUID> server,
            Optional<String> status,
            Optional<String> host,
            Optional<String> type,
            Optional<String> user,
            Optional<String> project) {}

    public void insert(Transaction tx, Migration migration) {
        var now = Times.toDb(migration.createdAt());
        tx.sql()
                .insertInto(MIGRATION)
                .set(MIGRATION.ID, migration.id().toString())
                .set(MIGRATION.SERVER_ID, migration.server().toString())
                .set(MIGRATION.PROJECT_ID, migration.projectId())
                .set(MIGRATION.USER_ID, migration.userId())
                .set(MIGRATION.TYPE, migration.type())
                .set(MIGRATION.STATUS, migration.status())
                .set(MIGRATION.SOURCE_HOST, migration.sourceHost())
                .set(MIGRATION.TARGET_HOST, migration.targetHost())
                .set(MIGRATION.OLD_FLAVOR_NUMBER, migration.oldFlavor())
                .set(MIGRATION.NEW_FLAVOR_NUMBER, migration.newFlavor())
                .set(MIGRATION.CREATED_AT, now)
                .set(MIGRATION.UPDATED_AT, now)
                .set(MIGRATION.REVISION, 0L)
                .execute();
    }

    public void status(Transaction tx, UUID id, String status) {
        tx.sql()
                .update(MIGRATION)
                .set(MIGRATION.STATUS, status)
                .set(MIGRATION.UPDATED_AT, Rows.now())
                .set(MIGRATION.REVISION, MIGRATION.REVISION.plus(1))
                .where(MIGRATION.ID.eq(id.toString()))
                .execute();
    }

    /** The latest migration of a server. */
    public Optional<Migration> latest(Transaction tx, UUID server) {
        return tx.sql()
                .selectFrom(MIGRATION)
                .where(MIGRATION.SERVER_ID.eq(server.toString()))
                .orderBy(MIGRATION.NUMBER.desc())
                .limit(1)
                .fetchOptional(MigrationStore::migration);
    }

    /** Newest first. */
    public List<Migration> list(Transaction tx, Filter filter, Optional<UUID> after, int limit) {
        Condition where = DSL.trueCondition();
        if (filter.server().isPresent()) {
            where = where.and(MIGRATION.SERVER_ID.eq(filter.server().get().toString()));
        }
        if (filter.status().isPresent()) {
            where = where.and(MIGRATION.STATUS.eq(filter.status().get()));
        }
        if (filter.host().isPresent()) {
            where =
                    where.and(
                            MIGRATION
                                    .SOURCE_HOST
                                    .eq(filter.host().get())
                                    .or(MIGRATION.TARGET_HOST.eq(filter.host().get())));
        }
        if (filter.type().isPresent()) {
            where = where.and(MIGRATION.TYPE.eq(filter.type().get()));
        }
        if (filter.user().isPresent()) {
            where = where.and(MIGRATION.USER_ID.eq(filter.user().get()));
        }
        if (filter.project().isPresent()) {
            where = where.and(MIGRATION.PROJECT_ID.eq(filter.project().get()));
        }
        if (after.isPresent()) {
            var other = MIGRATION.as("marker");
            where =
                    where.and(
                            MIGRATION.NUMBER.lt(
                                    DSL.field(
                                            DSL.select(other.NUMBER)
                                                    .from(other)
                                                    .where(other.ID.eq(after.get().toString())))));
        }
        return tx.sql()
                .selectFrom(MIGRATION)
                .where(where)
                .orderBy(MIGRATION.NUMBER.desc())
                .limit(limit)
                .fetch(MigrationStore::migration);
    }

    private static Migration migration(MigrationRecord row) {
        return new Migration(
                row.getNumber(),
                UUID.fromString(row.getId()),
                UUID.fromString(row.getServerId()),
                row.getProjectId(),
                row.getUserId(),
                row.getType(),
                row.getStatus(),
                row.getSourceHost(),
                row.getTargetHost(),
                row.getOldFlavorNumber(),
                row.getNewFlavorNumber(),
                Times.fromDb(row.getCreatedAt()),
                Rows.changed(row.getCreatedAt(), row.getUpdatedAt()));
    }
}
