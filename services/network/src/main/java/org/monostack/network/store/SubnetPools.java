package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.SUBNET;
import static org.monostack.network.jooq.Tables.SUBNET_POOL;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.SubnetPoolRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.model.IpAddress;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** Gives subnets their block from a pool of prefixes. */
public final class SubnetPools {
    private SubnetPools() {}

    public static Condition usableBy(String project) {
        return SUBNET_POOL
                .PROJECT_ID
                .eq(project)
                .or(SUBNET_POOL.SHARED)
                .or(Sharing.with(SUBNET_POOL.ID, project, Sharing.SHARED));
    }

    public static boolean isWanted(Optional<String> pool, boolean useDefault) {
        return pool.isPresent() || useDefault;
    }

    /** The prefixes of a pool. */
    public static List<Cidr> prefixes(SubnetPoolRecord pool) {
        List<Cidr> prefixes = new java.util.ArrayList<>();
        for (JsonNode prefix : Json.read(pool.getPrefixes())) {
            prefixes.add(Cidr.of(prefix.stringValue()));
        }
        return prefixes;
    }

    /** Sets block, version and pool of a new subnet. The pool stays locked. */
    public static void allocate(
            Transaction tx,
            SubnetRecord subnet,
            String project,
            boolean admin,
            Optional<Integer> prefixLength,
            List<SubnetRecord> siblings) {
        SubnetPoolRecord pool = find(tx, subnet, project, admin);
        if (subnet.getIpVersion() != null && !subnet.getIpVersion().equals(pool.getIpVersion())) {
            throw Refusal.badRequest(
                    "BadRequest",
                    "Bad subnets request: Cannot allocate IPv"
                            + subnet.getIpVersion()
                            + " subnet from IPv"
                            + pool.getIpVersion()
                            + " subnet pool.");
        }
        for (SubnetRecord sibling : siblings) {
            if (sibling.getIpVersion().equals(pool.getIpVersion())
                    && !pool.getId().equals(sibling.getSubnetpoolId())) {
                throw Refusal.badRequest(
                        "NetworkSubnetPoolAffinityError",
                        "Subnets hosted on the same network must be allocated from the same subnet"
                                + " pool.");
            }
        }
        List<Cidr> used =
                tx
                        .sql()
                        .select(SUBNET.CIDR)
                        .from(SUBNET)
                        .where(SUBNET.SUBNETPOOL_ID.eq(pool.getId()))
                        .fetch(SUBNET.CIDR)
                        .stream()
                        .map(Cidr::of)
                        .toList();
        Cidr block;
        if (subnet.getCidr() != null) {
            block = Cidr.of(subnet.getCidr());
            checkLength(pool, block.prefix());
            if (prefixes(pool).stream().noneMatch(prefix -> prefix.contains(block))
                    || used.stream().anyMatch(block::overlaps)) {
                throw unavailable();
            }
        } else {
            int length = prefixLength.orElse(pool.getDefaultPrefixlen());
            checkLength(pool, length);
            block = firstFree(prefixes(pool), used, length);
        }
        checkQuota(tx, pool, block, subnet.getProjectId());
        subnet.setCidr(block.toString());
        subnet.setIpVersion(pool.getIpVersion());
        subnet.setSubnetpoolId(pool.getId());
    }

    private static SubnetPoolRecord find(
            Transaction tx, SubnetRecord subnet, String project, boolean admin) {
        Condition condition = admin ? DSL.trueCondition() : usableBy(project);
        String id = subnet.getSubnetpoolId();
        if (id == null) {
            condition = condition.and(SUBNET_POOL.IS_DEFAULT);
            if (subnet.getIpVersion() != null) {
                condition = condition.and(SUBNET_POOL.IP_VERSION.eq(subnet.getIpVersion()));
            }
        } else {
            condition = condition.and(SUBNET_POOL.ID.eq(id));
        }
        SubnetPoolRecord pool =
                tx.sql().selectFrom(SUBNET_POOL).where(condition).limit(1).forUpdate().fetchOne();
        if (pool == null) {
            throw Refusal.missing("SubnetPool", id == null ? "(default)" : id);
        }
        return pool;
    }

    private static void checkLength(SubnetPoolRecord pool, int length) {
        if (length < pool.getMinPrefixlen()) {
            throw Refusal.badRequest(
                    "MinPrefixSubnetAllocationError",
                    "Unable to allocate subnet with prefix length "
                            + length
                            + ", minimum allowed prefix is "
                            + pool.getMinPrefixlen()
                            + ".");
        }
        if (length > pool.getMaxPrefixlen()) {
            throw Refusal.badRequest(
                    "MaxPrefixSubnetAllocationError",
                    "Unable to allocate subnet with prefix length "
                            + length
                            + ", maximum allowed prefix is "
                            + pool.getMaxPrefixlen()
                            + ".");
        }
    }

    private static Cidr firstFree(List<Cidr> prefixes, List<Cidr> used, int length) {
        for (Cidr prefix : prefixes) {
            if (length < prefix.prefix()) {
                continue;
            }
            Cidr candidate = Cidr.around(prefix.base(), length);
            while (prefix.contains(candidate)) {
                Optional<Cidr> obstacle = used.stream().filter(candidate::overlaps).findFirst();
                if (obstacle.isEmpty()) {
                    return candidate;
                }
                IpAddress beyond =
                        obstacle.get().last().compareTo(candidate.last()) > 0
                                ? obstacle.get().last()
                                : candidate.last();
                candidate = Cidr.around(beyond.plus(1), length);
            }
        }
        throw Refusal.conflict(
                "SubnetAllocationError",
                "Failed to allocate subnet: Insufficient prefix space to allocate subnet size /"
                        + length
                        + ".");
    }

    private static void checkQuota(
            Transaction tx, SubnetPoolRecord pool, Cidr block, String project) {
        if (pool.getDefaultQuota() == null) {
            return;
        }
        int unit = pool.getIpVersion() == 4 ? 32 : 64;
        BigInteger total = units(block, unit);
        for (String cidr :
                tx.sql()
                        .select(SUBNET.CIDR)
                        .from(SUBNET)
                        .where(SUBNET.SUBNETPOOL_ID.eq(pool.getId()), SUBNET.PROJECT_ID.eq(project))
                        .fetch(SUBNET.CIDR)) {
            total = total.add(units(Cidr.of(cidr), unit));
        }
        if (total.compareTo(BigInteger.valueOf(pool.getDefaultQuota())) > 0) {
            throw Refusal.conflict(
                    "SubnetPoolQuotaExceeded", "Per-tenant subnet pool prefix quota exceeded.");
        }
    }

    private static BigInteger units(Cidr block, int unit) {
        return block.prefix() >= unit
                ? BigInteger.ONE
                : BigInteger.ONE.shiftLeft(unit - block.prefix());
    }

    private static Refusal unavailable() {
        return Refusal.conflict(
                "SubnetAllocationError",
                "Failed to allocate subnet: Cannot allocate requested subnet from the available set"
                        + " of prefixes.");
    }
}
