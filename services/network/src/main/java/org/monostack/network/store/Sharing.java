package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.RBAC_POLICY;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.monostack.platform.database.Transaction;

/** Who may use what another project owns: rows that name an object, an action and a project. */
public final class Sharing {
    public static final String SHARED = "access_as_shared";
    public static final String EXTERNAL = "access_as_external";
    public static final String EVERYBODY = "*";

    private Sharing() {}

    /** Whether the object in this column is open to the project by one of these actions. */
    public static Condition with(Field<String> object, String project, String... actions) {
        return DSL.exists(
                DSL.selectOne()
                        .from(RBAC_POLICY)
                        .where(
                                RBAC_POLICY.OBJECT_ID.eq(object),
                                RBAC_POLICY.ACTION.in(List.of(actions)),
                                RBAC_POLICY.TARGET_PROJECT.in(project, EVERYBODY)));
    }

    /** Whether the object in this column is shared with everybody, as the flag in views says. */
    public static Condition withEverybody(Field<String> object) {
        return with(object, EVERYBODY, SHARED);
    }

    /** Those of the objects that are shared with the project or with everybody. */
    public static Set<String> shared(Transaction tx, Collection<String> objects, String project) {
        return tx.sql()
                .selectDistinct(RBAC_POLICY.OBJECT_ID)
                .from(RBAC_POLICY)
                .where(
                        RBAC_POLICY.OBJECT_ID.in(objects),
                        RBAC_POLICY.ACTION.eq(SHARED),
                        RBAC_POLICY.TARGET_PROJECT.in(project, EVERYBODY))
                .fetchSet(RBAC_POLICY.OBJECT_ID);
    }

    public static boolean isShared(Transaction tx, String object, String project) {
        return !shared(tx, List.of(object), project).isEmpty();
    }

    /** Opens an object to everybody. */
    public static void open(
            Transaction tx, String objectType, String object, String owner, String action) {
        tx.sql()
                .insertInto(RBAC_POLICY)
                .set(RBAC_POLICY.ID, UUID.randomUUID().toString())
                .set(RBAC_POLICY.PROJECT_ID, owner)
                .set(RBAC_POLICY.OBJECT_TYPE, objectType)
                .set(RBAC_POLICY.OBJECT_ID, object)
                .set(RBAC_POLICY.ACTION, action)
                .set(RBAC_POLICY.TARGET_PROJECT, EVERYBODY)
                .onDuplicateKeyIgnore()
                .execute();
    }

    /** Takes back what {@link #open} did. */
    public static void close(Transaction tx, String object, String action) {
        tx.sql()
                .deleteFrom(RBAC_POLICY)
                .where(
                        RBAC_POLICY.OBJECT_ID.eq(object),
                        RBAC_POLICY.ACTION.eq(action),
                        RBAC_POLICY.TARGET_PROJECT.eq(EVERYBODY))
                .execute();
    }

    /** Forgets an object that is deleted. */
    public static void forget(Transaction tx, String object) {
        tx.sql().deleteFrom(RBAC_POLICY).where(RBAC_POLICY.OBJECT_ID.eq(object)).execute();
    }
}
