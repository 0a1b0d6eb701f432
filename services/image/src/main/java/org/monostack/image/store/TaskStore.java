package org.monostack.image.store;

import static org.monostack.image.jooq.Tables.TASK;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.jooq.tables.records.TaskRecord;
import org.monostack.image.model.Task;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * The tasks that imports are shown as. They outlive their images, for those who ask what became.
 */
public final class TaskStore {

    public void insert(Transaction tx, Task task) {
        tx.sql()
                .insertInto(TASK)
                .set(TASK.ID, task.id().toString())
                .set(TASK.TASK_TYPE, task.type())
                .set(TASK.STATUS, task.status())
                .set(TASK.OWNER, task.owner())
                .set(TASK.USER_ID, task.userId())
                .set(TASK.IMAGE_ID, task.image().toString())
                .set(TASK.REQUEST_ID, task.requestId())
                .set(TASK.INPUT, task.input())
                .set(TASK.MESSAGE, task.message())
                .set(TASK.CREATED_AT, Times.toDb(task.createdAt()))
                .set(TASK.UPDATED_AT, Times.toDb(task.updatedAt()))
                .set(TASK.REVISION, 0L)
                .execute();
    }

    /** Moves a task on; an absent result or expiry stays as it was. */
    public void update(
            Transaction tx, UUID id, String status, String message, Optional<String> result) {
        var update =
                tx.sql()
                        .update(TASK)
                        .set(TASK.STATUS, status)
                        .set(TASK.MESSAGE, message)
                        .set(TASK.UPDATED_AT, Times.toDb(Times.now()))
                        .set(TASK.REVISION, TASK.REVISION.plus(1));
        if (result.isPresent()) {
            update = update.set(TASK.RESULT, result.get());
        }
        update.where(TASK.ID.eq(id.toString())).execute();
    }

    public Optional<Task> find(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(TASK)
                .where(TASK.ID.eq(id.toString()))
                .fetchOptional(TaskStore::task);
    }

    /** Newest first. */
    public List<Task> ofImage(Transaction tx, UUID image) {
        return tx.sql()
                .selectFrom(TASK)
                .where(TASK.IMAGE_ID.eq(image.toString()))
                .orderBy(TASK.CREATED_AT.desc(), TASK.ID)
                .fetch(TaskStore::task);
    }

    /** Newest first, after the marker if there is one. */
    public List<Task> page(
            Transaction tx, Optional<String> status, Optional<Task> marker, int limit) {
        var condition = status.map(TASK.STATUS::eq).orElse(org.jooq.impl.DSL.noCondition());
        if (marker.isPresent()) {
            var created = Times.toDb(marker.get().createdAt());
            condition =
                    condition.and(
                            TASK.CREATED_AT
                                    .lt(created)
                                    .or(
                                            TASK.CREATED_AT
                                                    .eq(created)
                                                    .and(
                                                            TASK.ID.lt(
                                                                    marker.get()
                                                                            .id()
                                                                            .toString()))));
        }
        return tx.sql()
                .selectFrom(TASK)
                .where(condition)
                .orderBy(TASK.CREATED_AT.desc(), TASK.ID.desc())
                .limit(limit)
                .fetch(TaskStore::task);
    }

    private static Task task(TaskRecord row) {
        return new Task(
                UUID.fromString(row.getId()),
                row.getTaskType(),
                row.getStatus(),
                row.getOwner(),
                row.getUserId(),
                UUID.fromString(row.getImageId()),
                row.getRequestId(),
                row.getInput(),
                Optional.ofNullable(row.getResult()),
                Optional.ofNullable(row.getMessage()).orElse(""),
                Times.fromDb(row.getCreatedAt()),
                Times.fromDb(row.getUpdatedAt()),
                Optional.ofNullable(row.getExpiresAt()).map(Times::fromDb));
    }
}
