package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.IMPLIED_ROLE;
import static org.monostack.identity.jooq.Tables.ROLE;
import static org.monostack.identity.jooq.Tables.ROLE_GRAPH;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Named;
import org.monostack.platform.database.Transaction;

/**
 * All roles and what implies what, kept in memory because every request asks: finding implied roles
 * by a recursive query made up most of the time of authenticating one.
 *
 * <p>Derived and soft. Whoever changes a role or an implication calls {@link #touch} in the same
 * transaction; the query that finds a token's subject reads the counter along with the rest, and
 * what is kept here at an older count is read anew. So a change holds for the next request in every
 * process. Thread-safe.
 */
public final class RoleGraph {

    private static final byte ROW = 1;
    private static final Field<Long> REVISION =
            DSL.field(DSL.select(ROLE_GRAPH.REVISION).from(ROLE_GRAPH).where(ROLE_GRAPH.ID.eq(ROW)))
                    .as("graph_revision");

    private volatile Snapshot snapshot = new Snapshot(-1, Map.of(), Map.of());

    private record Snapshot(
            long revision, Map<String, Named> global, Map<String, List<String>> implied) {}

    /** Says that roles or implications change in this transaction. */
    static void touch(Transaction tx) {
        tx.sql()
                .insertInto(ROLE_GRAPH)
                .set(ROLE_GRAPH.ID, ROW)
                .set(ROLE_GRAPH.REVISION, 1L)
                .onDuplicateKeyUpdate()
                .set(ROLE_GRAPH.REVISION, ROLE_GRAPH.REVISION.plus(1))
                .execute();
    }

    /**
     * The global roles among these and those that they imply, in the order in which they are found.
     *
     * @param revision the counter as the caller read it
     */
    List<Named> expand(Transaction tx, long revision, Collection<String> roleIds) {
        Snapshot current = snapshot;
        if (current.revision() < revision) {
            current = read(tx);
            snapshot = current;
        }
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

    /** In one statement, so that the counter belongs to what is read with it. */
    private static Snapshot read(Transaction tx) {
        Result<? extends Record> rows =
                tx.sql()
                        .select(
                                REVISION,
                                ROLE.ID,
                                ROLE.NAME,
                                ROLE.DOMAIN_ID,
                                IMPLIED_ROLE.IMPLIED_ROLE_ID)
                        .from(ROLE)
                        .leftJoin(IMPLIED_ROLE)
                        .on(IMPLIED_ROLE.PRIOR_ROLE_ID.eq(ROLE.ID))
                        .orderBy(ROLE.ID, IMPLIED_ROLE.IMPLIED_ROLE_ID)
                        .fetch();
        Map<String, Named> global = new HashMap<>();
        Map<String, List<String>> implied = new HashMap<>();
        long revision = 0;
        for (Record row : rows) {
            revision = Optional.ofNullable(row.get(REVISION)).orElse(0L);
            String id = row.get(ROLE.ID);
            if (row.get(ROLE.DOMAIN_ID).isEmpty()) {
                global.put(id, new Named(id, row.get(ROLE.NAME)));
            }
            @Nullable String next = row.get(IMPLIED_ROLE.IMPLIED_ROLE_ID);
            if (next != null) {
                implied.computeIfAbsent(id, key -> new ArrayList<>()).add(next);
            }
        }
        return new Snapshot(revision, global, implied);
    }
}
