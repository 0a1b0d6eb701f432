package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.ADDRESS_SCOPE;
import static org.monostack.network.jooq.Tables.SUBNET;
import static org.monostack.network.jooq.Tables.SUBNET_POOL;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.AddressScopeRecord;
import org.monostack.network.jooq.tables.records.SubnetPoolRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.store.Rows;
import org.monostack.network.store.Sharing;
import org.monostack.network.store.SubnetPools;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Subnet pools: prefixes from which subnets take their blocks. */
final class SubnetPoolResource implements Resource<SubnetPoolRecord> {
    private final ResourceType<SubnetPoolRecord> type =
            ResourceType.of("subnetpool", "subnetpools", "SubnetPool", SUBNET_POOL)
                    .named()
                    .tagged()
                    .with(
                            Attribute.of("prefixes")
                                    .jsonIn(SUBNET_POOL.PREFIXES)
                                    .writable(Kind.list(Kind.cidr()))
                                    .mandatory(),
                            Attribute.of("ip_version").in(SUBNET_POOL.IP_VERSION),
                            Attribute.of("default_prefixlen")
                                    .in(SUBNET_POOL.DEFAULT_PREFIXLEN)
                                    .writable(Kind.range(0, 128)),
                            Attribute.of("min_prefixlen")
                                    .in(SUBNET_POOL.MIN_PREFIXLEN)
                                    .writable(Kind.range(0, 128)),
                            Attribute.of("max_prefixlen")
                                    .in(SUBNET_POOL.MAX_PREFIXLEN)
                                    .writable(Kind.range(0, 128)),
                            Attribute.of("default_quota")
                                    .in(SUBNET_POOL.DEFAULT_QUOTA)
                                    .writable(Kind.orNull(Kind.range(0, Integer.MAX_VALUE)))
                                    .orNull(),
                            Attribute.of("address_scope_id")
                                    .in(SUBNET_POOL.ADDRESS_SCOPE_ID)
                                    .writable(Kind.orNull(Kind.uuid()))
                                    .orNull(),
                            Attribute.of("shared")
                                    .in(SUBNET_POOL.SHARED)
                                    .creatable(Kind.flag())
                                    .or(false),
                            Attribute.of("is_default")
                                    .in(SUBNET_POOL.IS_DEFAULT)
                                    .writable(Kind.flag())
                                    .or(false))
                    .build();

    @Override
    public ResourceType<SubnetPoolRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return SubnetPools.usableBy(scope.project());
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<SubnetPoolRecord> rows, List<ObjectNode> views) {
        Set<String> shared =
                Sharing.shared(
                        tx, rows.stream().map(SubnetPoolRecord::getId).toList(), scope.project());
        for (int i = 0; i < rows.size(); i++) {
            SubnetPoolRecord row = rows.get(i);
            views.get(i).put("shared", row.getShared() || shared.contains(row.getId()));
            for (String name : List.of("default_prefixlen", "min_prefixlen", "max_prefixlen")) {
                // Neutron shows these three as texts.
                views.get(i).put(name, views.get(i).path(name).asString());
            }
        }
    }

    @Override
    public void create(Transaction tx, Scope scope, SubnetPoolRecord row, Values values) {
        List<Cidr> prefixes = SubnetPools.prefixes(row);
        if (prefixes.isEmpty()) {
            throw NetworkErrors.badRequest(
                    "EmptySubnetPoolPrefixList", "Empty subnet pool prefix list.");
        }
        row.setIpVersion(prefixes.getFirst().version());
        int bits = prefixes.getFirst().base().bits();
        if (!values.has("min_prefixlen")) {
            row.setMinPrefixlen(row.getIpVersion() == 4 ? 8 : 64);
        }
        if (!values.has("max_prefixlen")) {
            row.setMaxPrefixlen(bits);
        }
        if (!values.has("default_prefixlen")) {
            row.setDefaultPrefixlen(row.getMinPrefixlen());
        }
        check(tx, scope, row);
        row.insert();
    }

    private static void check(Transaction tx, Scope scope, SubnetPoolRecord row) {
        List<Cidr> prefixes = SubnetPools.prefixes(row);
        if (prefixes.stream().anyMatch(p -> p.version() != row.getIpVersion())) {
            throw NetworkErrors.badRequest(
                    "PrefixVersionMismatch", "Cannot mix IPv4 and IPv6 prefixes in a subnet pool.");
        }
        int bits = row.getIpVersion() == 4 ? 32 : 128;
        requireOrder("max_prefixlen", row.getMaxPrefixlen(), "max bits", bits);
        requireOrder(
                "min_prefixlen", row.getMinPrefixlen(), "max_prefixlen", row.getMaxPrefixlen());
        requireOrder(
                "min_prefixlen",
                row.getMinPrefixlen(),
                "default_prefixlen",
                row.getDefaultPrefixlen());
        requireOrder(
                "default_prefixlen",
                row.getDefaultPrefixlen(),
                "max_prefixlen",
                row.getMaxPrefixlen());
        row.setPrefixes(merged(prefixes));
        if (row.getIsDefault()
                && tx.sql()
                        .fetchExists(
                                SUBNET_POOL,
                                SUBNET_POOL.IS_DEFAULT.isTrue(),
                                SUBNET_POOL.IP_VERSION.eq(row.getIpVersion()),
                                SUBNET_POOL.ID.ne(row.getId()))) {
            throw NetworkErrors.invalidInput(
                    "A default subnetpool for this IP family has already been set. Only one default"
                            + " may exist per IP family");
        }
        if (row.getAddressScopeId() != null) {
            checkScope(tx, scope, row, prefixes);
        }
    }

    private static void requireOrder(String lower, int low, String upper, int high) {
        if (low > high) {
            throw NetworkErrors.badRequest(
                    "IllegalSubnetPoolPrefixBounds",
                    "Illegal prefix bounds: "
                            + lower
                            + "="
                            + low
                            + ", "
                            + upper
                            + "="
                            + high
                            + ".");
        }
    }

    /** Without prefixes that lie within others, and with halves joined, as texts in order. */
    private static String merged(List<Cidr> prefixes) {
        List<Cidr> kept = new ArrayList<>(prefixes);
        kept.sort(java.util.Comparator.comparing(Cidr::base).thenComparingInt(Cidr::prefix));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i + 1 < kept.size(); i++) {
                Cidr one = kept.get(i);
                Cidr next = kept.get(i + 1);
                Cidr around = one.prefix() == 0 ? one : Cidr.around(one.base(), one.prefix() - 1);
                if (one.contains(next)) {
                    kept.remove(i + 1);
                    changed = true;
                } else if (one.prefix() == next.prefix()
                        && around.contains(next)
                        && around.base().equals(one.base())) {
                    kept.set(i, around);
                    kept.remove(i + 1);
                    changed = true;
                }
            }
        }
        return Json.strings(kept.stream().map(Cidr::toString).toList()).toString();
    }

    private static void checkScope(
            Transaction tx, Scope scope, SubnetPoolRecord row, List<Cidr> prefixes) {
        AddressScopeRecord addressScope =
                tx.sql()
                        .selectFrom(ADDRESS_SCOPE)
                        .where(
                                ADDRESS_SCOPE.ID.eq(row.getAddressScopeId()),
                                scope.admin()
                                        ? DSL.trueCondition()
                                        : ADDRESS_SCOPE
                                                .PROJECT_ID
                                                .eq(scope.project())
                                                .or(ADDRESS_SCOPE.SHARED))
                        .forUpdate()
                        .fetchOptional()
                        .orElseThrow(() ->
                                NetworkErrors.notFound("AddressScope", row.getAddressScopeId()));
        if (!addressScope.getIpVersion().equals(row.getIpVersion())) {
            throw NetworkErrors.badRequest(
                    "IllegalSubnetPoolIpVersionAssociationToAddressScope",
                    "Illegal subnetpool association: subnetpool cannot associate with address scope "
                            + addressScope.getId()
                            + " because subnetpool ip_version is not "
                            + addressScope.getIpVersion()
                            + ".");
        }
        for (SubnetPoolRecord other :
                tx.sql()
                        .selectFrom(SUBNET_POOL)
                        .where(
                                SUBNET_POOL.ADDRESS_SCOPE_ID.eq(addressScope.getId()),
                                SUBNET_POOL.ID.ne(row.getId()))
                        .fetch()) {
            for (Cidr prefix : SubnetPools.prefixes(other)) {
                if (prefixes.stream().anyMatch(prefix::overlaps)) {
                    throw NetworkErrors.conflict(
                            "AddressScopePrefixConflict",
                            "Failed to associate address scope: subnetpools within an address scope"
                                    + " must have unique prefixes.");
                }
            }
        }
    }

    @Override
    public void update(
            Transaction tx,
            Scope scope,
            SubnetPoolRecord row,
            SubnetPoolRecord before,
            Values values) {
        if (values.has("prefixes")) {
            List<Cidr> now = SubnetPools.prefixes(row);
            for (Cidr old : SubnetPools.prefixes(before)) {
                if (now.stream().noneMatch(prefix -> prefix.contains(old))) {
                    throw NetworkErrors.badRequest(
                            "IllegalSubnetPoolPrefixUpdate",
                            "Existing prefixes must be a subset of the new prefixes.");
                }
            }
        }
        check(tx, scope, row);
        row.update();
    }

    /** Adds or takes away prefixes; only unused ones can go. */
    void changePrefixes(
            Transaction tx, Scope scope, SubnetPoolRecord row, JsonNode sent, boolean add) {
        List<Cidr> changed = new ArrayList<>();
        sent.forEach(node -> changed.add(Cidr.of(node.stringValue())));
        List<Cidr> prefixes = new ArrayList<>(SubnetPools.prefixes(row));
        if (add) {
            prefixes.addAll(changed);
        } else {
            for (String used :
                    tx.sql()
                            .select(SUBNET.CIDR)
                            .from(SUBNET)
                            .where(SUBNET.SUBNETPOOL_ID.eq(row.getId()))
                            .fetch(SUBNET.CIDR)) {
                if (changed.stream().anyMatch(Cidr.of(used)::overlaps)) {
                    throw NetworkErrors.badRequest(
                            "IllegalSubnetPoolPrefixUpdate",
                            "Prefixes that hold subnets cannot be removed: " + used);
                }
            }
            prefixes = without(prefixes, changed);
        }
        ArrayNode list = Json.array();
        prefixes.forEach(prefix -> list.add(prefix.toString()));
        row.setPrefixes(list.toString());
        check(tx, scope, row);
        Rows.touch(row);
        row.update();
    }

    private static List<Cidr> without(List<Cidr> prefixes, List<Cidr> removed) {
        List<Cidr> rest = new ArrayList<>();
        for (Cidr prefix : prefixes) {
            if (removed.stream().anyMatch(r -> r.contains(prefix))) {
                continue;
            }
            if (removed.stream().anyMatch(prefix::contains)) {
                int half = prefix.prefix() + 1;
                Cidr lower = Cidr.around(prefix.base(), half);
                Cidr upper = Cidr.around(prefix.last(), half);
                rest.addAll(without(List.of(lower, upper), removed));
            } else {
                rest.add(prefix);
            }
        }
        return rest;
    }

    @Override
    public void delete(Transaction tx, Scope scope, SubnetPoolRecord row) {
        if (tx.sql().fetchExists(SUBNET, SUBNET.SUBNETPOOL_ID.eq(row.getId()))) {
            throw NetworkErrors.conflict(
                    "SubnetPoolDeleteError",
                    "Unable to delete subnet pool: Subnet pool has existing allocations.");
        }
        Sharing.forget(tx, row.getId());
        row.delete();
    }
}
