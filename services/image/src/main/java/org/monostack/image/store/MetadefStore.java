package org.monostack.image.store;

import static org.monostack.image.jooq.Tables.METADEF_ITEM;
import static org.monostack.image.jooq.Tables.METADEF_NAMESPACE;

import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.image.jooq.tables.records.MetadefItemRecord;
import org.monostack.image.jooq.tables.records.MetadefNamespaceRecord;
import org.monostack.image.model.Metadef;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Metadata definitions: namespaces, and what they hold. */
public final class MetadefStore {

    public Optional<Metadef.Namespace> find(Transaction tx, String name) {
        return tx.sql()
                .selectFrom(METADEF_NAMESPACE)
                .where(METADEF_NAMESPACE.NAMESPACE.eq(name))
                .fetchOptional(MetadefStore::namespace);
    }

    /** A page of namespaces by name; only public and own ones unless everything is wanted. */
    public List<Metadef.Namespace> page(
            Transaction tx,
            Optional<String> viewer,
            Optional<String> visibility,
            Optional<String> after,
            int limit) {
        Condition condition =
                viewer.<Condition>map(project ->
                                METADEF_NAMESPACE
                                        .VISIBILITY
                                        .eq("public")
                                        .or(METADEF_NAMESPACE.OWNER.eq(project)))
                        .orElse(DSL.noCondition());
        if (visibility.isPresent()) {
            condition = condition.and(METADEF_NAMESPACE.VISIBILITY.eq(visibility.get()));
        }
        if (after.isPresent()) {
            condition = condition.and(METADEF_NAMESPACE.NAMESPACE.gt(after.get()));
        }
        return tx.sql()
                .selectFrom(METADEF_NAMESPACE)
                .where(condition)
                .orderBy(METADEF_NAMESPACE.NAMESPACE)
                .limit(limit)
                .fetch(MetadefStore::namespace);
    }

    public void insert(Transaction tx, Metadef.Namespace namespace) {
        MetadefNamespaceRecord row = new MetadefNamespaceRecord();
        row.setCreatedAt(Times.toDb(namespace.createdAt()));
        row.setRevision(0L);
        row.setOwner(namespace.owner());
        fill(row, namespace);
        tx.sql().insertInto(METADEF_NAMESPACE).set(row).execute();
    }

    /** Writes a namespace, whose name may be another now; what it holds moves along. */
    public void update(Transaction tx, String before, Metadef.Namespace namespace) {
        if (before.equals(namespace.name())) {
            MetadefNamespaceRecord row = new MetadefNamespaceRecord();
            fill(row, namespace);
            tx.sql()
                    .update(METADEF_NAMESPACE)
                    .set(row)
                    .set(METADEF_NAMESPACE.REVISION, METADEF_NAMESPACE.REVISION.plus(1))
                    .where(METADEF_NAMESPACE.NAMESPACE.eq(before))
                    .execute();
            return;
        }
        insert(tx, namespace);
        tx.sql()
                .update(METADEF_ITEM)
                .set(METADEF_ITEM.NAMESPACE, namespace.name())
                .where(METADEF_ITEM.NAMESPACE.eq(before))
                .execute();
        delete(tx, before);
    }

    private static void fill(MetadefNamespaceRecord row, Metadef.Namespace namespace) {
        row.setNamespace(namespace.name());
        row.setDisplayName(namespace.displayName().orElse(null));
        row.setDescription(namespace.description().orElse(null));
        row.setVisibility(namespace.visibility());
        row.setProtected(namespace.isProtected());
        row.setUpdatedAt(Times.toDb(namespace.updatedAt()));
    }

    /** Removes a namespace with all that it holds. */
    public void delete(Transaction tx, String name) {
        tx.sql().deleteFrom(METADEF_ITEM).where(METADEF_ITEM.NAMESPACE.eq(name)).execute();
        tx.sql()
                .deleteFrom(METADEF_NAMESPACE)
                .where(METADEF_NAMESPACE.NAMESPACE.eq(name))
                .execute();
    }

    public List<Metadef.Item> items(Transaction tx, String namespace, Metadef.Kind kind) {
        return tx.sql()
                .selectFrom(METADEF_ITEM)
                .where(of(namespace, kind))
                .orderBy(METADEF_ITEM.NAME)
                .fetch(MetadefStore::item);
    }

    public Optional<Metadef.Item> item(
            Transaction tx, String namespace, Metadef.Kind kind, String name) {
        return tx.sql()
                .selectFrom(METADEF_ITEM)
                .where(of(namespace, kind))
                .and(METADEF_ITEM.NAME.eq(name))
                .fetchOptional(MetadefStore::item);
    }

    /** The names of this kind in all namespaces. */
    public List<String> names(Transaction tx, Metadef.Kind kind) {
        return tx.sql()
                .selectDistinct(METADEF_ITEM.NAME)
                .from(METADEF_ITEM)
                .where(METADEF_ITEM.KIND.eq(kind.stored()))
                .orderBy(METADEF_ITEM.NAME)
                .fetch(METADEF_ITEM.NAME);
    }

    public void insertItem(Transaction tx, String namespace, Metadef.Kind kind, Metadef.Item item) {
        tx.sql()
                .insertInto(METADEF_ITEM)
                .set(METADEF_ITEM.NAMESPACE, namespace)
                .set(METADEF_ITEM.KIND, kind.stored())
                .set(METADEF_ITEM.NAME, item.name())
                .set(METADEF_ITEM.BODY, item.body())
                .set(METADEF_ITEM.CREATED_AT, Times.toDb(item.createdAt()))
                .set(METADEF_ITEM.UPDATED_AT, Times.toDb(item.updatedAt()))
                .set(METADEF_ITEM.REVISION, 0L)
                .execute();
    }

    /** Writes a definition, whose name may be another now. */
    public void updateItem(
            Transaction tx, String namespace, Metadef.Kind kind, String before, Metadef.Item item) {
        tx.sql()
                .update(METADEF_ITEM)
                .set(METADEF_ITEM.NAME, item.name())
                .set(METADEF_ITEM.BODY, item.body())
                .set(METADEF_ITEM.UPDATED_AT, Times.toDb(item.updatedAt()))
                .set(METADEF_ITEM.REVISION, METADEF_ITEM.REVISION.plus(1))
                .where(of(namespace, kind))
                .and(METADEF_ITEM.NAME.eq(before))
                .execute();
    }

    /** Whether there was such a definition. */
    public boolean deleteItem(Transaction tx, String namespace, Metadef.Kind kind, String name) {
        return tx.sql()
                        .deleteFrom(METADEF_ITEM)
                        .where(of(namespace, kind))
                        .and(METADEF_ITEM.NAME.eq(name))
                        .execute()
                == 1;
    }

    public void deleteItems(Transaction tx, String namespace, Metadef.Kind kind) {
        tx.sql().deleteFrom(METADEF_ITEM).where(of(namespace, kind)).execute();
    }

    private static Condition of(String namespace, Metadef.Kind kind) {
        return METADEF_ITEM.NAMESPACE.eq(namespace).and(METADEF_ITEM.KIND.eq(kind.stored()));
    }

    private static Metadef.Namespace namespace(MetadefNamespaceRecord row) {
        return new Metadef.Namespace(
                row.getNamespace(),
                Optional.ofNullable(row.getDisplayName()),
                Optional.ofNullable(row.getDescription()),
                row.getVisibility(),
                row.getProtected(),
                row.getOwner(),
                Times.fromDb(row.getCreatedAt()),
                Times.fromDb(row.getUpdatedAt()));
    }

    private static Metadef.Item item(MetadefItemRecord row) {
        return new Metadef.Item(
                row.getName(),
                row.getBody(),
                Times.fromDb(row.getCreatedAt()),
                Times.fromDb(row.getUpdatedAt()));
    }
}
