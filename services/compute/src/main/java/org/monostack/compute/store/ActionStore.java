package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER_ACTION;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.ServerActionRecord;
import org.monostack.compute.model.ServerAction;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The log of what users did to servers. Stateless. */
public final class ActionStore {

    /** Logs an action in the transaction that accepts it. */
    public void begin(Transaction tx, ServerAction action) {
        tx.sql()
                .insertInto(SERVER_ACTION)
                .set(SERVER_ACTION.SERVER_ID, action.server().toString())
                .set(SERVER_ACTION.ACTION, action.action())
                .set(SERVER_ACTION.REQUEST_ID, action.requestId())
                .set(SERVER_ACTION.USER_ID, action.userId())
                .set(SERVER_ACTION.PROJECT_ID, action.projectId())
                .set(SERVER_ACTION.OPERATION_ID, action.operation().orElse(null))
                .set(SERVER_ACTION.MESSAGE, action.message().orElse(null))
                .set(SERVER_ACTION.STARTED_AT, Times.toDb(action.startedAt()))
                .set(SERVER_ACTION.FINISHED_AT, Rows.stored(action.finishedAt()))
                .set(SERVER_ACTION.CREATED_AT, Times.toDb(action.startedAt()))
                .set(SERVER_ACTION.UPDATED_AT, Times.toDb(action.updatedAt()))
                .set(SERVER_ACTION.REVISION, 0L)
                .execute();
    }

    /** Notes that the action which a request began has ended. */
    public void end(Transaction tx, UUID server, String requestId, Optional<String> message) {
        var now = Rows.now();
        tx.sql()
                .update(SERVER_ACTION)
                .set(SERVER_ACTION.FINISHED_AT, now)
                .set(SERVER_ACTION.UPDATED_AT, now)
                .set(SERVER_ACTION.MESSAGE, message.orElse(null))
                .set(SERVER_ACTION.REVISION, SERVER_ACTION.REVISION.plus(1))
                .where(
                        SERVER_ACTION.SERVER_ID.eq(server.toString()),
                        SERVER_ACTION.REQUEST_ID.eq(requestId),
                        SERVER_ACTION.FINISHED_AT.isNull())
                .execute();
    }

    /** Newest first. */
    public List<ServerAction> list(
            Transaction tx,
            UUID server,
            Optional<Instant> since,
            Optional<Instant> before,
            Optional<String> afterRequest,
            int limit) {
        Condition where = SERVER_ACTION.SERVER_ID.eq(server.toString());
        if (since.isPresent()) {
            where = where.and(SERVER_ACTION.UPDATED_AT.ge(Times.toDb(since.get())));
        }
        if (before.isPresent()) {
            where = where.and(SERVER_ACTION.UPDATED_AT.le(Times.toDb(before.get())));
        }
        if (afterRequest.isPresent()) {
            var other = SERVER_ACTION.as("marker");
            where =
                    where.and(
                            SERVER_ACTION.NUMBER.lt(
                                    DSL.field(
                                            DSL.select(other.NUMBER)
                                                    .from(other)
                                                    .where(
                                                            other.SERVER_ID.eq(server.toString()),
                                                            other.REQUEST_ID.eq(afterRequest.get()))
                                                    .limit(1))));
        }
        return tx.sql()
                .selectFrom(SERVER_ACTION)
                .where(where)
                .orderBy(SERVER_ACTION.NUMBER.desc())
                .limit(limit)
                .fetch(ActionStore::action);
    }

    public Optional<ServerAction> find(Transaction tx, UUID server, String requestId) {
        return tx.sql()
                .selectFrom(SERVER_ACTION)
                .where(
                        SERVER_ACTION.SERVER_ID.eq(server.toString()),
                        SERVER_ACTION.REQUEST_ID.eq(requestId))
                .limit(1)
                .fetchOptional(ActionStore::action);
    }

    private static ServerAction action(ServerActionRecord row) {
        return new ServerAction(
                UUID.fromString(row.getServerId()),
                row.getAction(),
                row.getRequestId(),
                row.getUserId(),
                row.getProjectId(),
                Optional.ofNullable(row.getOperationId()),
                Optional.ofNullable(row.getMessage()),
                Times.fromDb(row.getStartedAt()),
                Rows.instant(row.getFinishedAt()),
                Times.fromDb(row.getUpdatedAt()));
    }
}
