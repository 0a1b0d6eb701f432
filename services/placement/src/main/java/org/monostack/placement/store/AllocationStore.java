package org.monostack.placement.store;

import static org.jooq.impl.DSL.countDistinct;
import static org.jooq.impl.DSL.sum;
import static org.monostack.placement.jooq.Tables.ALLOCATION;
import static org.monostack.placement.jooq.Tables.CONSUMER;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.InsertSetMoreStep;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.monostack.placement.jooq.tables.records.AllocationRecord;
import org.monostack.placement.jooq.tables.records.ConsumerRecord;
import org.monostack.placement.model.Allocation;
import org.monostack.placement.model.Consumer;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Who holds what: consumers and their allocations. Use is always summed over the rows, never kept
 * beside them. Writers hold the lock of the provider's row (see {@link ProviderStore#lock}).
 */
public final class AllocationStore {
    private static final Field<BigDecimal> USED_SUM = sum(ALLOCATION.USED);

    public Optional<Consumer> consumer(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(CONSUMER)
                .where(CONSUMER.ID.eq(id.toString()))
                .fetchOptional(AllocationStore::consumer);
    }

    /** The consumer with its row locked until the transaction ends. */
    public Optional<Consumer> lockConsumer(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(CONSUMER)
                .where(CONSUMER.ID.eq(id.toString()))
                .forUpdate()
                .fetchOptional(AllocationStore::consumer);
    }

    public Map<UUID, Consumer> consumers(Transaction tx, Collection<UUID> ids) {
        Map<UUID, Consumer> found = new HashMap<>();
        tx.sql()
                .selectFrom(CONSUMER)
                .where(CONSUMER.ID.in(Columns.texts(ids)))
                .forEach(row -> found.put(Columns.uuid(row.getId()), consumer(row)));
        return found;
    }

    /** Adds a consumer's row; false if there is one already. */
    public boolean addConsumer(Transaction tx, Consumer consumer) {
        return insertion(tx, consumer, Times.toDb(Times.now())).onDuplicateKeyIgnore().execute()
                == 1;
    }

    private static InsertSetMoreStep<ConsumerRecord> insertion(
            Transaction tx, Consumer consumer, LocalDateTime now) {
        return tx.sql()
                .insertInto(CONSUMER)
                .set(CONSUMER.ID, consumer.id().toString())
                .set(CONSUMER.PROJECT_ID, consumer.projectId())
                .set(CONSUMER.USER_ID, consumer.userId())
                .set(CONSUMER.CONSUMER_TYPE, consumer.type().orElse(null))
                .set(CONSUMER.GENERATION, consumer.generation())
                .set(CONSUMER.CREATED_AT, now)
                .set(CONSUMER.UPDATED_AT, now)
                .set(CONSUMER.REVISION, 0L);
    }

    /** Adds or replaces a consumer's row as given. */
    public void putConsumer(Transaction tx, Consumer consumer) {
        LocalDateTime now = Times.toDb(Times.now());
        insertion(tx, consumer, now)
                .onDuplicateKeyUpdate()
                .set(CONSUMER.PROJECT_ID, consumer.projectId())
                .set(CONSUMER.USER_ID, consumer.userId())
                .set(CONSUMER.CONSUMER_TYPE, consumer.type().orElse(null))
                .set(CONSUMER.GENERATION, consumer.generation())
                .set(CONSUMER.UPDATED_AT, now)
                .set(CONSUMER.REVISION, CONSUMER.REVISION.plus(1))
                .execute();
    }

    public void deleteConsumer(Transaction tx, UUID id) {
        tx.sql().deleteFrom(CONSUMER).where(CONSUMER.ID.eq(id.toString())).execute();
    }

    public List<Allocation> ofConsumer(Transaction tx, UUID consumer) {
        return tx.sql()
                .selectFrom(ALLOCATION)
                .where(ALLOCATION.CONSUMER_ID.eq(consumer.toString()))
                .orderBy(ALLOCATION.PROVIDER_ID, ALLOCATION.RESOURCE_CLASS)
                .fetch(AllocationStore::allocation);
    }

    public List<Allocation> ofProvider(Transaction tx, UUID provider) {
        return tx.sql()
                .selectFrom(ALLOCATION)
                .where(ALLOCATION.PROVIDER_ID.eq(provider.toString()))
                .orderBy(ALLOCATION.CONSUMER_ID, ALLOCATION.RESOURCE_CLASS)
                .fetch(AllocationStore::allocation);
    }

    public boolean anyOfProvider(Transaction tx, UUID provider) {
        return tx.sql().fetchExists(ALLOCATION, ALLOCATION.PROVIDER_ID.eq(provider.toString()));
    }

    /** What a consumer holds of a provider from now on, by resource class. */
    public void insert(Transaction tx, UUID consumer, UUID provider, Map<String, Long> amounts) {
        if (amounts.isEmpty()) {
            return;
        }
        LocalDateTime now = Times.toDb(Times.now());
        tx.sql()
                .insertInto(
                        ALLOCATION,
                        ALLOCATION.CONSUMER_ID,
                        ALLOCATION.PROVIDER_ID,
                        ALLOCATION.RESOURCE_CLASS,
                        ALLOCATION.USED,
                        ALLOCATION.CREATED_AT,
                        ALLOCATION.UPDATED_AT,
                        ALLOCATION.REVISION)
                .valuesOfRows(
                        amounts.entrySet().stream()
                                .map(amount ->
                                        DSL.row(
                                                consumer.toString(),
                                                provider.toString(),
                                                amount.getKey(),
                                                amount.getValue(),
                                                now,
                                                now,
                                                0L))
                                .toList())
                .execute();
    }

    /** Gives back all that a consumer holds; the number of rows. */
    public int deleteOfConsumer(Transaction tx, UUID consumer) {
        return tx.sql()
                .deleteFrom(ALLOCATION)
                .where(ALLOCATION.CONSUMER_ID.eq(consumer.toString()))
                .execute();
    }

    public int deleteOfConsumer(Transaction tx, UUID consumer, UUID provider) {
        return tx.sql()
                .deleteFrom(ALLOCATION)
                .where(ALLOCATION.CONSUMER_ID.eq(consumer.toString()))
                .and(ALLOCATION.PROVIDER_ID.eq(provider.toString()))
                .execute();
    }

    /** What all consumers together hold of a provider, by resource class. */
    public Map<String, Long> usage(Transaction tx, UUID provider) {
        Map<String, Long> usage = new TreeMap<>();
        tx.sql()
                .select(ALLOCATION.RESOURCE_CLASS, USED_SUM)
                .from(ALLOCATION)
                .where(ALLOCATION.PROVIDER_ID.eq(provider.toString()))
                .groupBy(ALLOCATION.RESOURCE_CLASS)
                .forEach(row -> usage.put(row.value1(), row.value2().longValueExact()));
        return usage;
    }

    /** The same for every provider that anything is held of. */
    public Map<UUID, Map<String, Long>> usages(Transaction tx) {
        Map<UUID, Map<String, Long>> usages = new HashMap<>();
        tx.sql()
                .select(ALLOCATION.PROVIDER_ID, ALLOCATION.RESOURCE_CLASS, USED_SUM)
                .from(ALLOCATION)
                .groupBy(ALLOCATION.PROVIDER_ID, ALLOCATION.RESOURCE_CLASS)
                .forEach(row ->
                        usages.computeIfAbsent(Columns.uuid(row.value1()), key -> new HashMap<>())
                                .put(row.value2(), row.value3().longValueExact()));
        return usages;
    }

    /** What a project, or one user in it, holds: one row per consumer type and resource class. */
    public List<ProjectUse> projectUse(Transaction tx, String projectId, Optional<String> userId) {
        Condition whose = CONSUMER.PROJECT_ID.eq(projectId);
        if (userId.isPresent()) {
            whose = whose.and(CONSUMER.USER_ID.eq(userId.get()));
        }
        return tx.sql()
                .select(CONSUMER.CONSUMER_TYPE, ALLOCATION.RESOURCE_CLASS, USED_SUM)
                .from(ALLOCATION)
                .join(CONSUMER)
                .on(CONSUMER.ID.eq(ALLOCATION.CONSUMER_ID))
                .where(whose)
                .groupBy(CONSUMER.CONSUMER_TYPE, ALLOCATION.RESOURCE_CLASS)
                .orderBy(CONSUMER.CONSUMER_TYPE, ALLOCATION.RESOURCE_CLASS)
                .fetch(row ->
                        new ProjectUse(
                                Optional.ofNullable(row.value1()),
                                row.value2(),
                                row.value3().longValueExact()));
    }

    /** How many consumers of each type a project, or one user in it, has. */
    public Map<Optional<String>, Integer> projectConsumers(
            Transaction tx, String projectId, Optional<String> userId) {
        Condition whose = CONSUMER.PROJECT_ID.eq(projectId);
        if (userId.isPresent()) {
            whose = whose.and(CONSUMER.USER_ID.eq(userId.get()));
        }
        Map<Optional<String>, Integer> counts = new HashMap<>();
        tx.sql()
                .select(CONSUMER.CONSUMER_TYPE, countDistinct(CONSUMER.ID))
                .from(CONSUMER)
                .join(ALLOCATION)
                .on(CONSUMER.ID.eq(ALLOCATION.CONSUMER_ID))
                .where(whose)
                .groupBy(CONSUMER.CONSUMER_TYPE)
                .forEach(row -> counts.put(Optional.ofNullable(row.value1()), row.value2()));
        return counts;
    }

    /** A line of {@link #projectUse}. */
    public record ProjectUse(Optional<String> consumerType, String resourceClass, long used) {}

    private static Consumer consumer(Record row) {
        ConsumerRecord stored = row.into(CONSUMER);
        return new Consumer(
                Columns.uuid(stored.getId()),
                stored.getProjectId(),
                stored.getUserId(),
                Optional.ofNullable(stored.getConsumerType()),
                stored.getGeneration());
    }

    private static Allocation allocation(Record row) {
        AllocationRecord stored = row.into(ALLOCATION);
        return new Allocation(
                Columns.uuid(stored.getConsumerId()),
                Columns.uuid(stored.getProviderId()),
                stored.getResourceClass(),
                stored.getUsed(),
                Times.fromDb(stored.getUpdatedAt()));
    }
}
