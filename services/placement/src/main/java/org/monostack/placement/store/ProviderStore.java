package org.monostack.placement.store;

import static org.monostack.placement.jooq.Tables.INVENTORY;
import static org.monostack.placement.jooq.Tables.PROVIDER;
import static org.monostack.placement.jooq.Tables.PROVIDER_AGGREGATE;
import static org.monostack.placement.jooq.Tables.PROVIDER_TRAIT;

import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.Record;
import org.monostack.placement.jooq.tables.records.ProviderRecord;
import org.monostack.placement.model.Provider;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The table of providers and their trees. */
public final class ProviderStore {

    public Optional<Provider> find(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(PROVIDER)
                .where(PROVIDER.ID.eq(id.toString()))
                .fetchOptional(ProviderStore::provider);
    }

    public Optional<Provider> findByName(Transaction tx, String name) {
        return tx.sql()
                .selectFrom(PROVIDER)
                .where(PROVIDER.NAME.eq(name))
                .fetchOptional(ProviderStore::provider);
    }

    public List<Provider> all(Transaction tx) {
        return tx.sql().selectFrom(PROVIDER).orderBy(PROVIDER.NAME).fetch(ProviderStore::provider);
    }

    public List<Provider> tree(Transaction tx, UUID root) {
        return tx.sql()
                .selectFrom(PROVIDER)
                .where(PROVIDER.ROOT_ID.eq(root.toString()))
                .orderBy(PROVIDER.NAME)
                .fetch(ProviderStore::provider);
    }

    /**
     * Locks the rows of these providers until the transaction ends, always in the order of their
     * ids, so that two transactions never wait for each other. Ids without a row are left out.
     */
    public Map<UUID, Provider> lock(Transaction tx, Collection<UUID> ids) {
        Map<UUID, Provider> locked = new TreeMap<>();
        ids.stream()
                .map(UUID::toString)
                .distinct()
                .sorted()
                .forEach(id ->
                        tx.sql()
                                .selectFrom(PROVIDER)
                                .where(PROVIDER.ID.eq(id))
                                .forUpdate()
                                .fetchOptional(ProviderStore::provider)
                                .ifPresent(found -> locked.put(found.id(), found)));
        return locked;
    }

    /** Raises the generation of a provider, which locks its row; whether there is such a one. */
    public boolean touch(Transaction tx, UUID id) {
        return tx.sql()
                        .update(PROVIDER)
                        .set(PROVIDER.GENERATION, PROVIDER.GENERATION.plus(1))
                        .set(PROVIDER.REVISION, PROVIDER.REVISION.plus(1))
                        .set(PROVIDER.UPDATED_AT, Times.toDb(Times.now()))
                        .where(PROVIDER.ID.eq(id.toString()))
                        .execute()
                == 1;
    }

    public void insert(Transaction tx, Provider provider) {
        LocalDateTime now = Times.toDb(provider.createdAt());
        tx.sql()
                .insertInto(PROVIDER)
                .set(PROVIDER.ID, provider.id().toString())
                .set(PROVIDER.NAME, provider.name())
                .set(PROVIDER.PARENT_ID, provider.parent().map(UUID::toString).orElse(null))
                .set(PROVIDER.ROOT_ID, provider.root().toString())
                .set(PROVIDER.GENERATION, provider.generation())
                .set(PROVIDER.CREATED_AT, now)
                .set(PROVIDER.UPDATED_AT, now)
                .set(PROVIDER.REVISION, 0L)
                .execute();
    }

    public void rename(Transaction tx, UUID id, String name) {
        tx.sql()
                .update(PROVIDER)
                .set(PROVIDER.NAME, name)
                .set(PROVIDER.REVISION, PROVIDER.REVISION.plus(1))
                .set(PROVIDER.UPDATED_AT, Times.toDb(Times.now()))
                .where(PROVIDER.ID.eq(id.toString()))
                .execute();
    }

    /** Hangs a provider under another parent, or none, and gives its whole subtree the new root. */
    public void move(
            Transaction tx, UUID id, Optional<UUID> parent, UUID root, Collection<UUID> subtree) {
        LocalDateTime now = Times.toDb(Times.now());
        tx.sql()
                .update(PROVIDER)
                .set(PROVIDER.PARENT_ID, parent.map(UUID::toString).orElse(null))
                .where(PROVIDER.ID.eq(id.toString()))
                .execute();
        tx.sql()
                .update(PROVIDER)
                .set(PROVIDER.ROOT_ID, root.toString())
                .set(PROVIDER.REVISION, PROVIDER.REVISION.plus(1))
                .set(PROVIDER.UPDATED_AT, now)
                .where(PROVIDER.ID.in(Columns.texts(subtree)))
                .execute();
    }

    public boolean hasChildren(Transaction tx, UUID id) {
        return tx.sql().fetchExists(PROVIDER, PROVIDER.PARENT_ID.eq(id.toString()));
    }

    /** Removes a provider with what hangs on it; the caller has made sure that nobody uses it. */
    public void delete(Transaction tx, UUID id) {
        String key = id.toString();
        tx.sql().deleteFrom(INVENTORY).where(INVENTORY.PROVIDER_ID.eq(key)).execute();
        tx.sql().deleteFrom(PROVIDER_TRAIT).where(PROVIDER_TRAIT.PROVIDER_ID.eq(key)).execute();
        tx.sql()
                .deleteFrom(PROVIDER_AGGREGATE)
                .where(PROVIDER_AGGREGATE.PROVIDER_ID.eq(key))
                .execute();
        tx.sql().deleteFrom(PROVIDER).where(PROVIDER.ID.eq(key)).execute();
    }

    private static Provider provider(Record row) {
        ProviderRecord stored = row.into(PROVIDER);
        return new Provider(
                Columns.uuid(stored.getId()),
                stored.getName(),
                Columns.optionalUuid(stored.getParentId()),
                Columns.uuid(stored.getRootId()),
                stored.getGeneration(),
                Times.fromDb(stored.getCreatedAt()),
                Times.fromDb(stored.getUpdatedAt()));
    }
}
