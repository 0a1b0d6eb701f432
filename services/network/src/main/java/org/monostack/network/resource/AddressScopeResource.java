package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.ADDRESS_SCOPE;
import static org.monostack.network.jooq.Tables.SUBNET_POOL;

import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.monostack.network.jooq.tables.records.AddressScopeRecord;
import org.monostack.network.store.Sharing;
import org.monostack.platform.database.Transaction;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;

/** Address scopes: within one, no two subnet pools overlap. */
final class AddressScopeResource implements Resource<AddressScopeRecord> {
    private final ResourceType<AddressScopeRecord> type =
            ResourceType.of("address_scope", "address-scopes", "AddressScope", ADDRESS_SCOPE)
                    .named()
                    .with(
                            Attribute.of("ip_version")
                                    .in(ADDRESS_SCOPE.IP_VERSION)
                                    .creatable(value -> {
                                        int version = Kind.integer(value);
                                        if (version != 4 && version != 6) {
                                            throw Kind.invalid(
                                                    "'" + version + "' is not in [4, 6].");
                                        }
                                        return IntNode.valueOf(version);
                                    })
                                    .or(IntNode.valueOf(4)),
                            Attribute.of("shared")
                                    .in(ADDRESS_SCOPE.SHARED)
                                    .writable(Kind.flag())
                                    .or(false))
                    .build();

    @Override
    public ResourceType<AddressScopeRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return ADDRESS_SCOPE
                .PROJECT_ID
                .eq(scope.project())
                .or(ADDRESS_SCOPE.SHARED)
                .or(Sharing.with(ADDRESS_SCOPE.ID, scope.project(), Sharing.SHARED));
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<AddressScopeRecord> rows, List<ObjectNode> views) {
        Set<String> shared =
                Sharing.shared(
                        tx, rows.stream().map(AddressScopeRecord::getId).toList(), scope.project());
        for (int i = 0; i < rows.size(); i++) {
            AddressScopeRecord row = rows.get(i);
            views.get(i).put("shared", row.getShared() || shared.contains(row.getId()));
        }
    }

    @Override
    public void create(Transaction tx, Scope scope, AddressScopeRecord row, Values values) {
        row.insert();
    }

    @Override
    public void update(
            Transaction tx,
            Scope scope,
            AddressScopeRecord row,
            AddressScopeRecord before,
            Values values) {
        if (before.getShared() && !row.getShared()) {
            throw NetworkErrors.badRequest(
                    "AddressScopeUpdateError",
                    "Unable to update address scope "
                            + row.getId()
                            + " : Shared address scope can't be unshared.");
        }
        row.update();
    }

    @Override
    public void delete(Transaction tx, Scope scope, AddressScopeRecord row) {
        if (tx.sql().fetchExists(SUBNET_POOL, SUBNET_POOL.ADDRESS_SCOPE_ID.eq(row.getId()))) {
            throw NetworkErrors.conflict(
                    "AddressScopeInUse",
                    "Unable to complete operation on address scope "
                            + row.getId()
                            + ". There are one or more subnet pools in use on the address scope.");
        }
        Sharing.forget(tx, row.getId());
        row.delete();
    }
}
