package org.monostack.placement.store;

import static org.monostack.placement.jooq.Tables.PROVIDER_AGGREGATE;
import static org.monostack.placement.jooq.Tables.PROVIDER_TRAIT;

import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** What providers are marked with: traits, and the aggregates they are in. */
public final class ProviderTagStore {

    public Set<String> traits(Transaction tx, UUID provider) {
        return new TreeSet<>(
                tx.sql()
                        .select(PROVIDER_TRAIT.TRAIT)
                        .from(PROVIDER_TRAIT)
                        .where(PROVIDER_TRAIT.PROVIDER_ID.eq(provider.toString()))
                        .fetch(PROVIDER_TRAIT.TRAIT));
    }

    public Map<UUID, Set<String>> allTraits(Transaction tx) {
        Map<UUID, Set<String>> found = new HashMap<>();
        tx.sql()
                .select(PROVIDER_TRAIT.PROVIDER_ID, PROVIDER_TRAIT.TRAIT)
                .from(PROVIDER_TRAIT)
                .forEach(row ->
                        found.computeIfAbsent(Columns.uuid(row.value1()), key -> new TreeSet<>())
                                .add(row.value2()));
        return found;
    }

    /** The traits that any provider has. */
    public Set<String> usedTraits(Transaction tx) {
        return tx.sql()
                .selectDistinct(PROVIDER_TRAIT.TRAIT)
                .from(PROVIDER_TRAIT)
                .fetchSet(PROVIDER_TRAIT.TRAIT);
    }

    public boolean anyWithTrait(Transaction tx, String trait) {
        return tx.sql().fetchExists(PROVIDER_TRAIT, PROVIDER_TRAIT.TRAIT.eq(trait));
    }

    /** Replaces a provider's traits; false if they were the same already. */
    public boolean putTraits(Transaction tx, UUID provider, Collection<String> traits) {
        Set<String> gone = new HashSet<>(traits(tx, provider));
        Set<String> added = new TreeSet<>(traits);
        added.removeAll(gone);
        gone.removeAll(traits);
        if (!gone.isEmpty()) {
            tx.sql()
                    .deleteFrom(PROVIDER_TRAIT)
                    .where(PROVIDER_TRAIT.PROVIDER_ID.eq(provider.toString()))
                    .and(PROVIDER_TRAIT.TRAIT.in(gone))
                    .execute();
        }
        LocalDateTime now = Times.toDb(Times.now());
        for (String trait : added) {
            tx.sql()
                    .insertInto(PROVIDER_TRAIT)
                    .set(PROVIDER_TRAIT.PROVIDER_ID, provider.toString())
                    .set(PROVIDER_TRAIT.TRAIT, trait)
                    .set(PROVIDER_TRAIT.CREATED_AT, now)
                    .execute();
        }
        return !gone.isEmpty() || !added.isEmpty();
    }

    public Set<UUID> aggregates(Transaction tx, UUID provider) {
        Set<UUID> found = new TreeSet<>();
        tx.sql()
                .select(PROVIDER_AGGREGATE.AGGREGATE_ID)
                .from(PROVIDER_AGGREGATE)
                .where(PROVIDER_AGGREGATE.PROVIDER_ID.eq(provider.toString()))
                .forEach(row -> found.add(Columns.uuid(row.value1())));
        return found;
    }

    public Map<UUID, Set<UUID>> allAggregates(Transaction tx) {
        Map<UUID, Set<UUID>> found = new HashMap<>();
        tx.sql()
                .select(PROVIDER_AGGREGATE.PROVIDER_ID, PROVIDER_AGGREGATE.AGGREGATE_ID)
                .from(PROVIDER_AGGREGATE)
                .forEach(row ->
                        found.computeIfAbsent(Columns.uuid(row.value1()), key -> new TreeSet<>())
                                .add(Columns.uuid(row.value2())));
        return found;
    }

    /** Replaces the aggregates that a provider is in. */
    public void putAggregates(Transaction tx, UUID provider, Collection<UUID> aggregates) {
        Set<UUID> before = aggregates(tx, provider);
        Set<UUID> gone = new TreeSet<>(before);
        gone.removeAll(aggregates);
        if (!gone.isEmpty()) {
            tx.sql()
                    .deleteFrom(PROVIDER_AGGREGATE)
                    .where(PROVIDER_AGGREGATE.PROVIDER_ID.eq(provider.toString()))
                    .and(PROVIDER_AGGREGATE.AGGREGATE_ID.in(Columns.texts(gone)))
                    .execute();
        }
        Set<UUID> added = new TreeSet<>(aggregates);
        added.removeAll(before);
        LocalDateTime now = Times.toDb(Times.now());
        for (UUID aggregate : added) {
            tx.sql()
                    .insertInto(PROVIDER_AGGREGATE)
                    .set(PROVIDER_AGGREGATE.PROVIDER_ID, provider.toString())
                    .set(PROVIDER_AGGREGATE.AGGREGATE_ID, aggregate.toString())
                    .set(PROVIDER_AGGREGATE.CREATED_AT, now)
                    .execute();
        }
    }
}
