package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.NETWORK_;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.store.Sharing;
import org.monostack.platform.database.Transaction;
import tools.jackson.databind.node.ObjectNode;

/** What policy rules about subnets and ports ask of the network they are on. */
final class NetworkOwners {
    private NetworkOwners() {}

    /**
     * Adds {@code network:project_id} and {@code shared} to views.
     *
     * @param networks the network of each view
     */
    static void decorate(
            Transaction tx, Scope scope, List<String> networks, List<ObjectNode> views) {
        // Thousands of ports may be on one network.
        Set<String> distinct = new LinkedHashSet<>(networks);
        Map<String, NetworkRecord> rows =
                tx.sql().selectFrom(NETWORK_).where(NETWORK_.ID.in(distinct)).fetchMap(NETWORK_.ID);
        Set<String> shared = Sharing.shared(tx, distinct, scope.project());
        for (int i = 0; i < views.size(); i++) {
            NetworkRecord row = rows.get(networks.get(i));
            if (row != null) {
                views.get(i).put("network:project_id", row.getProjectId());
                views.get(i).put("router:external", row.getExternal());
            }
            views.get(i).put("shared", shared.contains(networks.get(i)));
        }
    }

    /** The same for something that is to be made on a network; 404 if the caller cannot see it. */
    static Map<String, Object> target(Transaction tx, Scope scope, String network) {
        Condition condition = NETWORK_.ID.eq(network);
        if (!scope.admin()) {
            condition =
                    condition.and(
                            NETWORK_.PROJECT_ID
                                    .eq(scope.project())
                                    .or(
                                            Sharing.with(
                                                    NETWORK_.ID,
                                                    scope.project(),
                                                    Sharing.SHARED,
                                                    Sharing.EXTERNAL)));
        }
        NetworkRecord row = tx.sql().selectFrom(NETWORK_).where(condition).fetchOne();
        if (row == null) {
            throw NetworkErrors.notFound("Network", network);
        }
        Map<String, Object> target = new HashMap<>();
        target.put("network:project_id", row.getProjectId());
        target.put("network:tenant_id", row.getProjectId());
        target.put("router:external", row.getExternal());
        target.put("shared", Sharing.isShared(tx, network, scope.project()));
        return target;
    }
}
