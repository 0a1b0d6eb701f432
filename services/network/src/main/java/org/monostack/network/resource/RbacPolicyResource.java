package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.ADDRESS_SCOPE;
import static org.monostack.network.jooq.Tables.NETWORK_;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.RBAC_POLICY;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SUBNET_POOL;

import java.util.Map;
import org.jooq.Condition;
import org.jooq.Field;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.jooq.tables.records.RbacPolicyRecord;
import org.monostack.network.store.Ports;
import org.monostack.network.store.Sharing;
import org.monostack.platform.database.Transaction;

/** RBAC policies: each opens one object to one project, or to everybody. */
final class RbacPolicyResource implements Resource<RbacPolicyRecord> {
    /** The objects that can be shared: their id and owner columns. */
    private static final Map<String, Shareable> OBJECTS =
            Map.of(
                    "network", new Shareable(NETWORK_.ID, NETWORK_.PROJECT_ID),
                    "security_group", new Shareable(SECURITY_GROUP.ID, SECURITY_GROUP.PROJECT_ID),
                    "subnetpool", new Shareable(SUBNET_POOL.ID, SUBNET_POOL.PROJECT_ID),
                    "address_scope", new Shareable(ADDRESS_SCOPE.ID, ADDRESS_SCOPE.PROJECT_ID));

    private record Shareable(Field<String> id, Field<String> owner) {}

    private final ResourceType<RbacPolicyRecord> type =
            ResourceType.of("rbac_policy", "rbac-policies", "RbacPolicy", RBAC_POLICY)
                    .with(
                            Attribute.of("object_type")
                                    .in(RBAC_POLICY.OBJECT_TYPE)
                                    .creatable(Kind.text(64))
                                    .mandatory(),
                            Attribute.of("object_id")
                                    .in(RBAC_POLICY.OBJECT_ID)
                                    .creatable(Kind.uuid())
                                    .mandatory(),
                            Attribute.of("action")
                                    .in(RBAC_POLICY.ACTION)
                                    .creatable(Kind.text(64))
                                    .mandatory(),
                            Attribute.of("target_tenant")
                                    .in(RBAC_POLICY.TARGET_PROJECT)
                                    .writable(Kind.nonEmptyText(64))
                                    .mandatory())
                    .build();

    @Override
    public ResourceType<RbacPolicyRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return RBAC_POLICY.PROJECT_ID.eq(scope.project());
    }

    @Override
    public void create(Transaction tx, Scope scope, RbacPolicyRecord row, Values values) {
        Shareable object = OBJECTS.get(row.getObjectType());
        if (object == null) {
            throw NetworkErrors.invalid(
                    "object_type",
                    "'" + row.getObjectType() + "' is not in " + OBJECTS.keySet() + ".");
        }
        boolean known =
                row.getAction().equals(Sharing.SHARED)
                        || row.getAction().equals(Sharing.EXTERNAL)
                                && row.getObjectType().equals("network");
        if (!known) {
            throw NetworkErrors.badRequest(
                    "InvalidInput",
                    "Invalid input for operation: Invalid action '"
                            + row.getAction()
                            + "' for object type '"
                            + row.getObjectType()
                            + "'.");
        }
        String owner =
                tx.sql()
                        .select(object.owner())
                        .from(((org.jooq.TableField<?, String>) object.id()).getTable())
                        .where(object.id().eq(row.getObjectId()))
                        .fetchOne(object.owner());
        if (owner == null || !scope.admin() && !owner.equals(scope.project())) {
            throw NetworkErrors.notFound(errorName(row.getObjectType()), row.getObjectId());
        }
        if (row.getAction().equals(Sharing.EXTERNAL)) {
            if (!scope.admin()) {
                throw NetworkErrors.policy("create_rbac_policy");
            }
            NetworkRecord network =
                    tx.sql()
                            .selectFrom(NETWORK_)
                            .where(NETWORK_.ID.eq(row.getObjectId()))
                            .forUpdate()
                            .fetchSingle();
            network.setExternal(true);
            network.update();
        }
        boolean stored =
                tx.sql().insertInto(RBAC_POLICY).set(row).onDuplicateKeyIgnore().execute() > 0;
        if (!stored) {
            throw NetworkErrors.conflict(
                    "DuplicateRbacPolicy", "An RBAC policy already exists with those values.");
        }
    }

    private static String errorName(String objectType) {
        return switch (objectType) {
            case "security_group" -> "SecurityGroup";
            case "subnetpool" -> "SubnetPool";
            case "address_scope" -> "AddressScope";
            default -> "Network";
        };
    }

    @Override
    public void update(
            Transaction tx,
            Scope scope,
            RbacPolicyRecord row,
            RbacPolicyRecord before,
            Values values) {
        requireUnused(tx, before);
        row.update();
    }

    @Override
    public void delete(Transaction tx, Scope scope, RbacPolicyRecord row) {
        requireUnused(tx, row);
        row.delete();
    }

    /** A network cannot be taken from a project that has ports on it. */
    private static void requireUnused(Transaction tx, RbacPolicyRecord row) {
        if (!row.getObjectType().equals("network") || !row.getAction().equals(Sharing.SHARED)) {
            return;
        }
        NetworkRecord network =
                tx.sql()
                        .selectFrom(NETWORK_)
                        .where(NETWORK_.ID.eq(row.getObjectId()))
                        .forUpdate()
                        .fetchOne();
        if (network == null) {
            return;
        }
        Condition users =
                row.getTargetProject().equals(Sharing.EVERYBODY)
                        ? PORT.PROJECT_ID.notIn(network.getProjectId(), "")
                        : PORT.PROJECT_ID.eq(row.getTargetProject());
        if (tx.sql()
                .fetchExists(
                        PORT,
                        PORT.NETWORK_ID.eq(network.getId()),
                        users,
                        PORT.DEVICE_OWNER.notIn(Ports.FLOATING, Ports.ROUTER_GATEWAY))) {
            throw NetworkErrors.conflict(
                    "RbacPolicyInUse",
                    "RBAC policy on object "
                            + row.getObjectId()
                            + " cannot be removed because other objects depend on it.");
        }
    }
}
