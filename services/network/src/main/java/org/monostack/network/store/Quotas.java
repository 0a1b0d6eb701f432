package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.QUOTA;
import static org.monostack.network.jooq.Tables.QUOTA_LOCK;
import static org.monostack.network.jooq.Tables.RBAC_POLICY;
import static org.monostack.network.jooq.Tables.ROUTER;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP_RULE;
import static org.monostack.network.jooq.Tables.SUBNET;
import static org.monostack.network.jooq.Tables.SUBNET_POOL;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Field;
import org.jooq.Table;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Transaction;

/**
 * How much a project may have. Use is counted over the rows themselves while the project's lock for
 * that resource is held, so it is exact under any concurrency and cannot drift.
 */
public final class Quotas {
    private static final Map<String, Integer> DEFAULTS = new LinkedHashMap<>();
    private static final Map<String, Counted> COUNTED =
            Map.of(
                    "network", new Counted(NETWORK_, NETWORK_.PROJECT_ID),
                    "subnet", new Counted(SUBNET, SUBNET.PROJECT_ID),
                    "port", new Counted(PORT, PORT.PROJECT_ID),
                    "router", new Counted(ROUTER, ROUTER.PROJECT_ID),
                    "floatingip", new Counted(FLOATING_IP, FLOATING_IP.PROJECT_ID),
                    "security_group", new Counted(SECURITY_GROUP, SECURITY_GROUP.PROJECT_ID),
                    "security_group_rule",
                            new Counted(SECURITY_GROUP_RULE, SECURITY_GROUP_RULE.PROJECT_ID),
                    "subnetpool", new Counted(SUBNET_POOL, SUBNET_POOL.PROJECT_ID),
                    "rbac_policy", new Counted(RBAC_POLICY, RBAC_POLICY.PROJECT_ID));

    static {
        DEFAULTS.put("network", 100);
        DEFAULTS.put("subnet", 100);
        DEFAULTS.put("subnetpool", -1);
        DEFAULTS.put("port", 500);
        DEFAULTS.put("router", 10);
        DEFAULTS.put("floatingip", 50);
        DEFAULTS.put("rbac_policy", 10);
        DEFAULTS.put("security_group", 10);
        DEFAULTS.put("security_group_rule", 100);
    }

    private final Derived<String, Map<String, Integer>> limits;

    public Quotas(Database database) {
        this.limits = new Derived<>(database.changes("network.quota"), 1_000);
    }

    private record Counted(Table<?> table, Field<String> project) {}

    /** The resources that have a quota. */
    public Set<String> resources() {
        return DEFAULTS.keySet();
    }

    public Map<String, Integer> defaults() {
        return Map.copyOf(DEFAULTS);
    }

    /** A project's limits; -1 means none. */
    public Map<String, Integer> limits(Transaction tx, String project) {
        return limits.get(tx, project, key -> read(tx, key));
    }

    private static Map<String, Integer> read(Transaction tx, String project) {
        Map<String, Integer> limits = new LinkedHashMap<>(DEFAULTS);
        limits.putAll(
                tx.sql()
                        .selectFrom(QUOTA)
                        .where(QUOTA.PROJECT_ID.eq(project))
                        .fetchMap(QUOTA.RESOURCE, QUOTA.QUOTA_LIMIT));
        return Collections.unmodifiableMap(limits);
    }

    /** Projects that have limits of their own. */
    public List<String> projects(Transaction tx) {
        return tx.sql()
                .selectDistinct(QUOTA.PROJECT_ID)
                .from(QUOTA)
                .orderBy(QUOTA.PROJECT_ID)
                .fetch(QUOTA.PROJECT_ID);
    }

    public void set(Transaction tx, String project, String resource, int limit) {
        tx.sql()
                .insertInto(QUOTA, QUOTA.PROJECT_ID, QUOTA.RESOURCE, QUOTA.QUOTA_LIMIT)
                .values(project, resource, limit)
                .onDuplicateKeyUpdate()
                .set(QUOTA.QUOTA_LIMIT, limit)
                .execute();
    }

    /** Back to the defaults; whether there was anything else. */
    public boolean reset(Transaction tx, String project) {
        return tx.sql().deleteFrom(QUOTA).where(QUOTA.PROJECT_ID.eq(project)).execute() > 0;
    }

    /** How many a project has now. */
    public int used(Transaction tx, String project, String resource) {
        Counted counted = COUNTED.get(resource);
        return counted == null
                ? 0
                : tx.sql().fetchCount(counted.table(), counted.project().eq(project));
    }

    /**
     * Makes sure that the project may have so many more, and keeps others from taking them until
     * this transaction ends. To be called before anything else is locked. Throws 409.
     */
    public void charge(Transaction tx, String project, String resource, int count) {
        if (!DEFAULTS.containsKey(resource) || project.isEmpty()) {
            return;
        }
        int limit = limits(tx, project).getOrDefault(resource, -1);
        if (limit < 0) {
            return;
        }
        lock(tx, project, resource);
        if (used(tx, project, resource) + count > limit) {
            throw Refusal.overQuota(resource);
        }
    }

    /** Serialises transactions of one project on one resource. */
    public static void lock(Transaction tx, String project, String resource) {
        boolean held =
                tx.sql()
                                .selectFrom(QUOTA_LOCK)
                                .where(
                                        QUOTA_LOCK.PROJECT_ID.eq(project),
                                        QUOTA_LOCK.RESOURCE.eq(resource))
                                .forUpdate()
                                .fetchOne()
                        != null;
        if (!held) {
            // The insert itself holds the row until the end, and waits for whoever was first.
            tx.sql()
                    .insertInto(QUOTA_LOCK, QUOTA_LOCK.PROJECT_ID, QUOTA_LOCK.RESOURCE)
                    .values(project, resource)
                    .onDuplicateKeyUpdate()
                    .set(QUOTA_LOCK.RESOURCE, resource)
                    .execute();
        }
    }
}
