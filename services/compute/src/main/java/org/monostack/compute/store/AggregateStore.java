package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.HOST_AGGREGATE;
import static org.monostack.compute.jooq.Tables.HOST_AGGREGATE_MEMBER;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.jooq.tables.records.HostAggregateRecord;
import org.monostack.compute.model.HostAggregate;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The rows of host aggregates and of their hosts. Stateless. */
public final class AggregateStore {

    public List<HostAggregate> list(Transaction tx) {
        List<HostAggregateRecord> rows =
                tx.sql().selectFrom(HOST_AGGREGATE).orderBy(HOST_AGGREGATE.NUMBER).fetch();
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<Long, List<String>> hosts =
                tx.sql()
                        .selectFrom(HOST_AGGREGATE_MEMBER)
                        .orderBy(HOST_AGGREGATE_MEMBER.CREATED_AT, HOST_AGGREGATE_MEMBER.HOST)
                        .fetchGroups(
                                HOST_AGGREGATE_MEMBER.AGGREGATE_NUMBER, HOST_AGGREGATE_MEMBER.HOST);
        return rows.stream()
                .map(row -> aggregate(row, hosts.getOrDefault(row.getNumber(), List.of())))
                .toList();
    }

    public Optional<HostAggregate> find(Transaction tx, long number) {
        return tx.sql()
                .selectFrom(HOST_AGGREGATE)
                .where(HOST_AGGREGATE.NUMBER.eq(number))
                .fetchOptional(row -> aggregate(row, hosts(tx, number)));
    }

    /** The aggregate, kept for this transaction alone until it ends. */
    public Optional<HostAggregate> lock(Transaction tx, long number) {
        return tx.sql()
                .selectFrom(HOST_AGGREGATE)
                .where(HOST_AGGREGATE.NUMBER.eq(number))
                .forUpdate()
                .fetchOptional(row -> aggregate(row, hosts(tx, number)));
    }

    private static List<String> hosts(Transaction tx, long number) {
        return tx.sql()
                .selectFrom(HOST_AGGREGATE_MEMBER)
                .where(HOST_AGGREGATE_MEMBER.AGGREGATE_NUMBER.eq(number))
                .orderBy(HOST_AGGREGATE_MEMBER.CREATED_AT, HOST_AGGREGATE_MEMBER.HOST)
                .fetch(HOST_AGGREGATE_MEMBER.HOST);
    }

    public boolean nameTaken(Transaction tx, String name) {
        return tx.sql().fetchExists(HOST_AGGREGATE, HOST_AGGREGATE.NAME.eq(name));
    }

    public long insert(Transaction tx, String name, Map<String, String> metadata) {
        var now = Rows.now();
        tx.sql()
                .insertInto(HOST_AGGREGATE)
                .set(HOST_AGGREGATE.ID, UUID.randomUUID().toString())
                .set(HOST_AGGREGATE.NAME, name)
                .set(HOST_AGGREGATE.METADATA, Rows.json(metadata))
                .set(HOST_AGGREGATE.CREATED_AT, now)
                .set(HOST_AGGREGATE.UPDATED_AT, now)
                .set(HOST_AGGREGATE.REVISION, 0L)
                .execute();
        return tx.sql()
                .select(HOST_AGGREGATE.NUMBER)
                .from(HOST_AGGREGATE)
                .where(HOST_AGGREGATE.NAME.eq(name))
                .fetchSingle(HOST_AGGREGATE.NUMBER);
    }

    public void update(Transaction tx, long number, String name, Map<String, String> metadata) {
        tx.sql()
                .update(HOST_AGGREGATE)
                .set(HOST_AGGREGATE.NAME, name)
                .set(HOST_AGGREGATE.METADATA, Rows.json(metadata))
                .set(HOST_AGGREGATE.UPDATED_AT, Rows.now())
                .set(HOST_AGGREGATE.REVISION, HOST_AGGREGATE.REVISION.plus(1))
                .where(HOST_AGGREGATE.NUMBER.eq(number))
                .execute();
    }

    public void delete(Transaction tx, long number) {
        tx.sql().deleteFrom(HOST_AGGREGATE).where(HOST_AGGREGATE.NUMBER.eq(number)).execute();
    }

    public void addHost(Transaction tx, long number, String host) {
        tx.sql()
                .insertInto(HOST_AGGREGATE_MEMBER)
                .set(HOST_AGGREGATE_MEMBER.AGGREGATE_NUMBER, number)
                .set(HOST_AGGREGATE_MEMBER.HOST, host)
                .set(HOST_AGGREGATE_MEMBER.CREATED_AT, Rows.now())
                .execute();
    }

    public void removeHost(Transaction tx, long number, String host) {
        tx.sql()
                .deleteFrom(HOST_AGGREGATE_MEMBER)
                .where(
                        HOST_AGGREGATE_MEMBER.AGGREGATE_NUMBER.eq(number),
                        HOST_AGGREGATE_MEMBER.HOST.eq(host))
                .execute();
    }

    private static HostAggregate aggregate(HostAggregateRecord row, List<String> hosts) {
        return new HostAggregate(
                row.getNumber(),
                UUID.fromString(row.getId()),
                row.getName(),
                Rows.map(row.getMetadata()),
                hosts,
                Times.fromDb(row.getCreatedAt()),
                Rows.changed(row.getCreatedAt(), row.getUpdatedAt()));
    }
}
