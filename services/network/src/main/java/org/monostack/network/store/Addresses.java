package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.IP_ALLOCATION;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.monostack.network.jooq.tables.records.IpAllocationRecord;
import org.monostack.network.jooq.tables.records.SubnetRecord;
import org.monostack.network.model.IpAddress;
import org.monostack.network.model.IpRange;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Which port has which address. The key (subnet, address) makes an address unique; a free one is
 * found by trying random ones, which keeps concurrent callers apart and needs two queries however
 * many ports there are. Only a nearly full pool is read as a whole.
 */
public final class Addresses {
    /** Enough that a pool that is half full fails once in some ten thousand cases. */
    private static final int CANDIDATES = 14;

    private Addresses() {}

    public static List<IpAllocationRecord> ofPort(Transaction tx, String port) {
        return tx.sql()
                .selectFrom(IP_ALLOCATION)
                .where(IP_ALLOCATION.PORT_ID.eq(port))
                .orderBy(IP_ALLOCATION.POSITION)
                .fetch();
    }

    public static Map<String, List<IpAllocationRecord>> ofPorts(
            Transaction tx, Collection<String> ports) {
        Map<String, List<IpAllocationRecord>> byPort = new java.util.HashMap<>();
        tx.sql()
                .selectFrom(IP_ALLOCATION)
                .where(IP_ALLOCATION.PORT_ID.in(ports))
                .orderBy(IP_ALLOCATION.POSITION)
                .forEach(row ->
                        byPort.computeIfAbsent(row.getPortId(), key -> new ArrayList<>()).add(row));
        return byPort;
    }

    /** Takes this address, unless somebody has it. */
    public static boolean take(
            Transaction tx, SubnetRecord subnet, IpAddress address, String port, int position) {
        return tx.sql()
                        .insertInto(IP_ALLOCATION)
                        .set(IP_ALLOCATION.SUBNET_ID, subnet.getId())
                        .set(IP_ALLOCATION.ADDRESS, address.toString())
                        .set(IP_ALLOCATION.PORT_ID, port)
                        .set(IP_ALLOCATION.NETWORK_ID, subnet.getNetworkId())
                        .set(IP_ALLOCATION.POSITION, position)
                        .onDuplicateKeyIgnore()
                        .execute()
                > 0;
    }

    /** Takes any free address of the subnet's pools; empty when all are taken. */
    public static Optional<IpAddress> takeAny(
            Transaction tx, SubnetRecord subnet, String port, int position) {
        List<IpRange> pools = pools(subnet);
        Set<IpAddress> candidates = new LinkedHashSet<>();
        Random random = ThreadLocalRandom.current();
        for (int i = 0; i < CANDIDATES && !pools.isEmpty(); i++) {
            candidates.add(pick(pools, random));
        }
        for (IpAddress address : free(tx, subnet, candidates)) {
            if (take(tx, subnet, address, port, position)) {
                return Optional.of(address);
            }
        }
        return takeFirst(tx, subnet, port, position, true);
    }

    /** Takes the lowest free address of the subnet's pools; empty when all are taken. */
    public static Optional<IpAddress> takeLowest(
            Transaction tx, SubnetRecord subnet, String port, int position) {
        return takeFirst(tx, subnet, port, position, false);
    }

    private static Optional<IpAddress> takeFirst(
            Transaction tx, SubnetRecord subnet, String port, int position, boolean shuffle) {
        Set<String> taken =
                tx.sql()
                        .select(IP_ALLOCATION.ADDRESS)
                        .from(IP_ALLOCATION)
                        .where(IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()))
                        .fetchSet(IP_ALLOCATION.ADDRESS);
        List<IpAddress> free = new ArrayList<>();
        for (IpRange pool : pools(subnet)) {
            IpAddress address = pool.first();
            while (free.size() < 64 && address.compareTo(pool.last()) <= 0) {
                if (!taken.contains(address.toString())) {
                    free.add(address);
                }
                address = address.plus(1);
            }
        }
        if (shuffle) {
            Collections.shuffle(free);
        }
        for (IpAddress address : free) {
            if (take(tx, subnet, address, port, position)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    private static List<IpAddress> free(
            Transaction tx, SubnetRecord subnet, Set<IpAddress> candidates) {
        Set<String> taken =
                tx.sql()
                        .select(IP_ALLOCATION.ADDRESS)
                        .from(IP_ALLOCATION)
                        .where(
                                IP_ALLOCATION.SUBNET_ID.eq(subnet.getId()),
                                IP_ALLOCATION.ADDRESS.in(
                                        candidates.stream().map(IpAddress::toString).toList()))
                        .fetchSet(IP_ALLOCATION.ADDRESS);
        return candidates.stream().filter(c -> !taken.contains(c.toString())).toList();
    }

    private static IpAddress pick(List<IpRange> pools, Random random) {
        BigInteger total =
                pools.stream().map(IpRange::size).reduce(BigInteger.ZERO, BigInteger::add);
        BigInteger index;
        do {
            index = new BigInteger(total.bitLength(), random);
        } while (index.compareTo(total) >= 0);
        for (IpRange pool : pools) {
            if (index.compareTo(pool.size()) < 0) {
                return pool.first().plus(index);
            }
            index = index.subtract(pool.size());
        }
        throw new IllegalStateException("index beyond the pools");
    }

    /** The ranges from which a subnet's addresses are given out. */
    public static List<IpRange> pools(SubnetRecord subnet) {
        List<IpRange> pools = new ArrayList<>();
        for (JsonNode pool : Json.read(subnet.getAllocationPools())) {
            pools.add(
                    new IpRange(
                            IpAddress.of(pool.path("start").stringValue()),
                            IpAddress.of(pool.path("end").stringValue())));
        }
        return pools;
    }

    public static void release(Transaction tx, String port, String subnet, String address) {
        tx.sql()
                .deleteFrom(IP_ALLOCATION)
                .where(
                        IP_ALLOCATION.SUBNET_ID.eq(subnet),
                        IP_ALLOCATION.ADDRESS.eq(address),
                        IP_ALLOCATION.PORT_ID.eq(port))
                .execute();
    }
}
