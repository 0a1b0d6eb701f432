package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.FLAVOR;
import static org.monostack.compute.jooq.Tables.FLAVOR_ACCESS;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.FlavorRecord;
import org.monostack.compute.model.Flavor;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The rows of flavors and of who may use the private ones. Stateless. */
public final class FlavorStore {
    private static final Map<String, Field<?>> SORTABLE =
            Map.ofEntries(
                    Map.entry("created_at", FLAVOR.CREATED_AT),
                    Map.entry("description", FLAVOR.DESCRIPTION),
                    Map.entry("disabled", FLAVOR.DISABLED),
                    Map.entry("ephemeral_gb", FLAVOR.EPHEMERAL_GB),
                    Map.entry("flavorid", FLAVOR.ID),
                    Map.entry("id", FLAVOR.NUMBER),
                    Map.entry("is_public", FLAVOR.IS_PUBLIC),
                    Map.entry("memory_mb", FLAVOR.MEMORY_MB),
                    Map.entry("name", FLAVOR.NAME),
                    Map.entry("root_gb", FLAVOR.ROOT_GB),
                    Map.entry("rxtx_factor", FLAVOR.RXTX_FACTOR),
                    Map.entry("swap", FLAVOR.SWAP_MB),
                    Map.entry("updated_at", FLAVOR.UPDATED_AT),
                    Map.entry("vcpus", FLAVOR.VCPUS));

    public static boolean sortable(String key) {
        return SORTABLE.containsKey(key);
    }

    /** Which flavors to list; an empty choice means no restriction. */
    public record Filter(
            Optional<Boolean> isPublic,
            Optional<String> visibleTo,
            Optional<Long> minRamMb,
            Optional<Long> minDiskGb,
            String sortKey,
            boolean rising,
            Optional<Flavor> after,
            int limit) {}

    public List<Flavor> list(Transaction tx, Filter filter) {
        Condition where = DSL.trueCondition();
        if (filter.isPublic().isPresent()) {
            Condition chosen = FLAVOR.IS_PUBLIC.eq(filter.isPublic().get());
            where =
                    where.and(
                            filter.visibleTo().isPresent()
                                    ? chosen.or(granted(filter.visibleTo().get()))
                                    : chosen);
        }
        if (filter.minRamMb().isPresent()) {
            where = where.and(FLAVOR.MEMORY_MB.ge(filter.minRamMb().get()));
        }
        if (filter.minDiskGb().isPresent()) {
            where = where.and(FLAVOR.ROOT_GB.ge(filter.minDiskGb().get()));
        }
        Field<?> field = SORTABLE.getOrDefault(filter.sortKey(), FLAVOR.ID);
        if (filter.after().isPresent()) {
            where = where.and(after(field, filter.after().get(), filter.rising()));
        }
        return tx.sql()
                .selectFrom(FLAVOR)
                .where(where)
                .orderBy(filter.rising() ? field.asc() : field.desc(), FLAVOR.NUMBER.asc())
                .limit(filter.limit())
                .fetch(FlavorStore::flavor);
    }

    private static <T> Condition after(Field<T> field, Flavor marker, boolean rising) {
        var other = FLAVOR.as("marker");
        @SuppressWarnings("unchecked")
        Field<T> column = (Field<T>) other.field(field.getName());
        Field<T> value =
                DSL.field(DSL.select(column).from(other).where(other.NUMBER.eq(marker.number())));
        return (rising ? field.gt(value) : field.lt(value))
                .or(field.eq(value).and(FLAVOR.NUMBER.gt(marker.number())));
    }

    private static Condition granted(String project) {
        return FLAVOR.NUMBER.in(
                DSL.select(FLAVOR_ACCESS.FLAVOR_NUMBER)
                        .from(FLAVOR_ACCESS)
                        .where(FLAVOR_ACCESS.PROJECT_ID.eq(project)));
    }

    public Optional<Flavor> find(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(FLAVOR)
                .where(FLAVOR.ID.eq(id))
                .fetchOptional(FlavorStore::flavor);
    }

    public Optional<Flavor> findByName(Transaction tx, String name) {
        return tx.sql()
                .selectFrom(FLAVOR)
                .where(FLAVOR.NAME.eq(name))
                .fetchOptional(FlavorStore::flavor);
    }

    /** Whether a project may see this flavor. */
    public boolean visible(Transaction tx, Flavor flavor, String project) {
        return flavor.isPublic() || access(tx, flavor).contains(project);
    }

    /** Inserts; the number and the times of the record given are ignored. */
    public Flavor insert(Transaction tx, Flavor flavor) {
        var now = Rows.now();
        tx.sql()
                .insertInto(FLAVOR)
                .set(FLAVOR.ID, flavor.id())
                .set(FLAVOR.NAME, flavor.name())
                .set(FLAVOR.DESCRIPTION, flavor.description().orElse(null))
                .set(FLAVOR.MEMORY_MB, flavor.memoryMb())
                .set(FLAVOR.VCPUS, flavor.vcpus())
                .set(FLAVOR.ROOT_GB, flavor.rootGb())
                .set(FLAVOR.EPHEMERAL_GB, flavor.ephemeralGb())
                .set(FLAVOR.SWAP_MB, flavor.swapMb())
                .set(FLAVOR.RXTX_FACTOR, flavor.rxtxFactor())
                .set(FLAVOR.IS_PUBLIC, flavor.isPublic())
                .set(FLAVOR.DISABLED, flavor.disabled())
                .set(FLAVOR.EXTRA_SPECS, Rows.json(flavor.extraSpecs()))
                .set(FLAVOR.CREATED_AT, now)
                .set(FLAVOR.UPDATED_AT, now)
                .set(FLAVOR.REVISION, 0L)
                .execute();
        return find(tx, flavor.id()).orElseThrow();
    }

    public void describe(Transaction tx, Flavor flavor, Optional<String> description) {
        tx.sql()
                .update(FLAVOR)
                .set(FLAVOR.DESCRIPTION, description.orElse(null))
                .set(FLAVOR.UPDATED_AT, Rows.now())
                .set(FLAVOR.REVISION, FLAVOR.REVISION.plus(1))
                .where(FLAVOR.NUMBER.eq(flavor.number()))
                .execute();
    }

    /** Locks the flavor's row, so that its extra specs can be read and written back. */
    public Optional<Flavor> lock(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(FLAVOR)
                .where(FLAVOR.ID.eq(id))
                .forUpdate()
                .fetchOptional(FlavorStore::flavor);
    }

    public void extraSpecs(Transaction tx, Flavor flavor, Map<String, String> specs) {
        tx.sql()
                .update(FLAVOR)
                .set(FLAVOR.EXTRA_SPECS, Rows.json(specs))
                .set(FLAVOR.UPDATED_AT, Rows.now())
                .set(FLAVOR.REVISION, FLAVOR.REVISION.plus(1))
                .where(FLAVOR.NUMBER.eq(flavor.number()))
                .execute();
    }

    public void delete(Transaction tx, Flavor flavor) {
        tx.sql()
                .deleteFrom(FLAVOR_ACCESS)
                .where(FLAVOR_ACCESS.FLAVOR_NUMBER.eq(flavor.number()))
                .execute();
        tx.sql().deleteFrom(FLAVOR).where(FLAVOR.NUMBER.eq(flavor.number())).execute();
    }

    /** The projects that may use a private flavor. */
    public List<String> access(Transaction tx, Flavor flavor) {
        return tx.sql()
                .select(FLAVOR_ACCESS.PROJECT_ID)
                .from(FLAVOR_ACCESS)
                .where(FLAVOR_ACCESS.FLAVOR_NUMBER.eq(flavor.number()))
                .orderBy(FLAVOR_ACCESS.CREATED_AT, FLAVOR_ACCESS.PROJECT_ID)
                .fetch(FLAVOR_ACCESS.PROJECT_ID);
    }

    /** Whether the project was added, that is, had no access before. */
    public boolean grant(Transaction tx, Flavor flavor, String project) {
        return tx.sql()
                        .insertInto(FLAVOR_ACCESS)
                        .set(FLAVOR_ACCESS.FLAVOR_NUMBER, flavor.number())
                        .set(FLAVOR_ACCESS.PROJECT_ID, project)
                        .set(FLAVOR_ACCESS.CREATED_AT, Rows.now())
                        .onDuplicateKeyIgnore()
                        .execute()
                > 0;
    }

    /** Whether the project had access. */
    public boolean revoke(Transaction tx, Flavor flavor, String project) {
        return tx.sql()
                        .deleteFrom(FLAVOR_ACCESS)
                        .where(
                                FLAVOR_ACCESS.FLAVOR_NUMBER.eq(flavor.number()),
                                FLAVOR_ACCESS.PROJECT_ID.eq(project))
                        .execute()
                > 0;
    }

    private static Flavor flavor(FlavorRecord row) {
        return new Flavor(
                row.getNumber(),
                row.getId(),
                row.getName(),
                Optional.ofNullable(row.getDescription()),
                row.getMemoryMb(),
                row.getVcpus(),
                row.getRootGb(),
                row.getEphemeralGb(),
                row.getSwapMb(),
                row.getRxtxFactor(),
                row.getIsPublic(),
                row.getDisabled(),
                Rows.map(row.getExtraSpecs()),
                Times.fromDb(row.getCreatedAt()),
                Rows.changed(row.getCreatedAt(), row.getUpdatedAt()));
    }
}
