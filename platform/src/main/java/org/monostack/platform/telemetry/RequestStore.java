package org.monostack.platform.telemetry;

import static org.monostack.platform.jooq.Tables.REQUEST;
import static org.monostack.platform.jooq.Tables.REQUEST_RESOURCE;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The rows of journaled requests, found by request, by global id, or by resource. */
final class RequestStore {

    void insert(Transaction tx, Collection<JournaledRequest> requests) {
        for (JournaledRequest request : requests) {
            long number =
                    tx.sql()
                            .insertInto(REQUEST)
                            .set(REQUEST.ID, request.id())
                            .set(REQUEST.GLOBAL_ID, request.globalId().orElse(null))
                            .set(REQUEST.SERVICE, request.service())
                            .set(REQUEST.METHOD, request.method())
                            .set(REQUEST.PATH, request.path())
                            .set(REQUEST.ROUTE, request.route().orElse(null))
                            .set(REQUEST.STATUS, request.status())
                            .set(REQUEST.USER_ID, request.userId())
                            .set(REQUEST.USER_NAME, request.userName())
                            .set(REQUEST.PROJECT_ID, request.projectId().orElse(null))
                            .set(REQUEST.REMOTE_ADDRESS, request.remoteAddress())
                            .set(REQUEST.VERDICTS, request.verdicts().orElse(null))
                            .set(REQUEST.FAILURE, request.failure().orElse(null))
                            .set(REQUEST.STARTED_AT, Times.toDb(request.startedAt()))
                            .set(REQUEST.TOOK_MICROS, request.took().toNanos() / 1000)
                            .returningResult(REQUEST.NUMBER)
                            .fetchSingle()
                            .value1();
            if (!request.resources().isEmpty()) {
                var insert =
                        tx.sql()
                                .insertInto(
                                        REQUEST_RESOURCE,
                                        REQUEST_RESOURCE.RESOURCE_ID,
                                        REQUEST_RESOURCE.REQUEST_NUMBER);
                for (String resource : request.resources()) {
                    insert = insert.values(resource, number);
                }
                insert.execute();
            }
        }
    }

    /** Requests with one of these ids or global ids, or about one of these resources. */
    List<JournaledRequest> about(Transaction tx, Collection<String> ids) {
        Map<Long, JournaledRequest> found = new LinkedHashMap<>();
        for (Condition each :
                List.of(
                        REQUEST.ID.in(ids),
                        REQUEST.GLOBAL_ID.in(ids),
                        REQUEST.NUMBER.in(
                                DSL.select(REQUEST_RESOURCE.REQUEST_NUMBER)
                                        .from(REQUEST_RESOURCE)
                                        .where(REQUEST_RESOURCE.RESOURCE_ID.in(ids))))) {
            tx.sql()
                    .selectFrom(REQUEST)
                    .where(each)
                    .orderBy(REQUEST.NUMBER)
                    .forEach(row ->
                            found.put(
                                    row.getNumber(),
                                    new JournaledRequest(
                                            row.getId(),
                                            Optional.ofNullable(row.getGlobalId()),
                                            row.getService(),
                                            row.getMethod(),
                                            row.getPath(),
                                            Optional.ofNullable(row.getRoute()),
                                            row.getStatus(),
                                            row.getUserId(),
                                            row.getUserName(),
                                            Optional.ofNullable(row.getProjectId()),
                                            row.getRemoteAddress(),
                                            Optional.ofNullable(row.getVerdicts()),
                                            Optional.ofNullable(row.getFailure()),
                                            Times.fromDb(row.getStartedAt()),
                                            Duration.ofNanos(row.getTookMicros() * 1000),
                                            resources(tx, row.getNumber()))));
        }
        return List.copyOf(found.values());
    }

    private static Set<String> resources(Transaction tx, long number) {
        return new TreeSet<>(
                tx.sql()
                        .select(REQUEST_RESOURCE.RESOURCE_ID)
                        .from(REQUEST_RESOURCE)
                        .where(REQUEST_RESOURCE.REQUEST_NUMBER.eq(number))
                        .fetch(REQUEST_RESOURCE.RESOURCE_ID));
    }

    /** Forgets some of what is older than that, oldest first; returns how many requests. */
    int forget(Transaction tx, Instant before, long keep, int atMost) {
        List<Long> old =
                tx.sql()
                        .select(REQUEST.NUMBER)
                        .from(REQUEST)
                        .where(
                                REQUEST.STARTED_AT
                                        .lt(Times.toDb(before))
                                        .or(
                                                REQUEST.NUMBER.le(
                                                        DSL.select(
                                                                        DSL.max(REQUEST.NUMBER)
                                                                                .minus(keep))
                                                                .from(REQUEST)
                                                                .asField())))
                        .orderBy(REQUEST.NUMBER)
                        .limit(atMost)
                        .fetch(REQUEST.NUMBER);
        if (!old.isEmpty()) {
            tx.sql()
                    .deleteFrom(REQUEST_RESOURCE)
                    .where(REQUEST_RESOURCE.REQUEST_NUMBER.in(old))
                    .execute();
            tx.sql().deleteFrom(REQUEST).where(REQUEST.NUMBER.in(old)).execute();
        }
        return old.size();
    }
}
