package org.monostack.placement.store;

import static org.monostack.placement.jooq.Tables.RESOURCE_CLASS;
import static org.monostack.placement.jooq.Tables.TRAIT;

import java.time.LocalDateTime;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jooq.Table;
import org.jooq.TableField;
import org.monostack.placement.model.Standards;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * One vocabulary, of resource classes or of traits: the standard names, which need no rows, and the
 * custom ones, which are rows.
 */
public final class NameStore {
    private final Set<String> standard;
    private final Table<?> table;
    private final TableField<?, String> name;
    private final List<? extends TableField<?, LocalDateTime>> times;
    private final TableField<?, Long> revision;

    private NameStore(
            Set<String> standard,
            Table<?> table,
            TableField<?, String> name,
            List<? extends TableField<?, LocalDateTime>> times,
            TableField<?, Long> revision) {
        this.standard = standard;
        this.table = table;
        this.name = name;
        this.times = times;
        this.revision = revision;
    }

    public static NameStore ofResourceClasses() {
        return new NameStore(
                Standards.resourceClasses(),
                RESOURCE_CLASS,
                RESOURCE_CLASS.NAME,
                List.of(RESOURCE_CLASS.CREATED_AT, RESOURCE_CLASS.UPDATED_AT),
                RESOURCE_CLASS.REVISION);
    }

    public static NameStore ofTraits() {
        return new NameStore(
                Standards.traits(),
                TRAIT,
                TRAIT.NAME,
                List.of(TRAIT.CREATED_AT, TRAIT.UPDATED_AT),
                TRAIT.REVISION);
    }

    public boolean isStandard(String candidate) {
        return standard.contains(candidate);
    }

    /** Standard ones first, then custom ones by name. */
    public Set<String> all(Transaction tx) {
        Set<String> names = new LinkedHashSet<>(standard);
        names.addAll(tx.sql().select(name).from(table).orderBy(name).fetch(name));
        return names;
    }

    public boolean exists(Transaction tx, String candidate) {
        return isStandard(candidate) || tx.sql().fetchExists(table, name.eq(candidate));
    }

    /** Those of the names that do not exist, in their order. */
    public Set<String> unknown(Transaction tx, Collection<String> candidates) {
        Set<String> unknown = new LinkedHashSet<>(candidates);
        unknown.removeIf(this::isStandard);
        if (!unknown.isEmpty()) {
            tx.sql()
                    .select(name)
                    .from(table)
                    .where(name.in(unknown))
                    .fetch(name)
                    .forEach(unknown::remove);
        }
        return unknown;
    }

    /** Adds a custom name; false if it exists. */
    public boolean add(Transaction tx, String custom) {
        if (exists(tx, custom)) {
            return false;
        }
        LocalDateTime now = Times.toDb(Times.now());
        return tx.sql()
                        .insertInto(table)
                        .set(name, custom)
                        .set(times.get(0), now)
                        .set(times.get(1), now)
                        .set(revision, 0L)
                        .onDuplicateKeyIgnore()
                        .execute()
                == 1;
    }

    public boolean remove(Transaction tx, String custom) {
        return tx.sql().deleteFrom(table).where(name.eq(custom)).execute() == 1;
    }

    public void rename(Transaction tx, String custom, String newName) {
        tx.sql().update(table).set(name, newName).where(name.eq(custom)).execute();
    }
}
