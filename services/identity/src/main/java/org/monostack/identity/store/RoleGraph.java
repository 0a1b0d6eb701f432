package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.IMPLIED_ROLE;
import static org.monostack.identity.jooq.Tables.ROLE;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.monostack.identity.model.Named;
import org.monostack.platform.database.ChangeCount;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Transaction;

/**
 * All roles and what implies what, kept in memory because every request asks: finding implied roles
 * by a recursive query made up most of the time of authenticating one. Kept for as long as no role
 * and no implication changes ({@link Derived}). Thread-safe.
 */
public final class RoleGraph {

    private static final String ALL = "all";

    private final Derived<String, Snapshot> known;

    private record Snapshot(Map<String, Named> global, Map<String, List<String>> implied) {}

    /**
     * @param changes those of roles and of what they imply
     */
    public RoleGraph(ChangeCount changes) {
        this.known = new Derived<>(changes, 1);
    }

    /**
     * The global roles among these and those that they imply, in the order in which they are found.
     */
    List<Named> expand(Transaction tx, Collection<String> roleIds) {
        Snapshot current = known.get(tx, ALL, all -> read(tx));
        Set<String> seen = new LinkedHashSet<>(roleIds);
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (String id : current.implied().getOrDefault(open.poll(), List.of())) {
                if (seen.add(id)) {
                    open.add(id);
                }
            }
        }
        List<Named> roles = new ArrayList<>(seen.size());
        for (String id : seen) {
            Named role = current.global().get(id);
            if (role != null) {
                roles.add(role);
            }
        }
        return List.copyOf(roles);
    }

    private static Snapshot read(Transaction tx) {
        Map<String, Named> global = new HashMap<>();
        tx.sql()
                .select(ROLE.ID, ROLE.NAME)
                .from(ROLE)
                .where(ROLE.DOMAIN_ID.eq(""))
                .forEach(row -> global.put(row.value1(), new Named(row.value1(), row.value2())));
        Map<String, List<String>> implied =
                tx.sql()
                        .selectFrom(IMPLIED_ROLE)
                        .orderBy(IMPLIED_ROLE.PRIOR_ROLE_ID, IMPLIED_ROLE.IMPLIED_ROLE_ID)
                        .fetchGroups(IMPLIED_ROLE.PRIOR_ROLE_ID, IMPLIED_ROLE.IMPLIED_ROLE_ID);
        return new Snapshot(global, implied);
    }
}
