package org.monostack.network.invariant;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.PENDING_CHANGE;
import static org.monostack.network.jooq.Tables.PORT;
import static org.monostack.network.jooq.Tables.ROUTER;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.model.Realised;
import org.monostack.network.operation.Realisation;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Ports;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;

/** Addresses, ports, floating IPs and the data plane belong together. */
public final class NetworkInvariants {
    private static final Duration REALISED_WITHIN = Duration.ofMinutes(2);

    private final Database database;
    private final Changes changes;
    private final Realisation realisation;

    public NetworkInvariants(Database database, Changes changes, Realisation realisation) {
        this.database = database;
        this.changes = changes;
        this.realisation = realisation;
    }

    public List<Invariant> all() {
        return List.of(
                Invariant.of(
                        "network.addresses",
                        "an address that is taken is taken by a port",
                        this::strayAddresses),
                Invariant.of(
                        "network.port-addresses",
                        "the port of a floating IP or of a router's interface has an address",
                        this::portsWithoutAddress),
                Invariant.of(
                        "network.floating-ips",
                        "a floating IP leads to a port and a router that exist",
                        this::danglingFloatingIps),
                Invariant.of(
                        "network.router-ports",
                        "a port of a router has a router",
                        this::portsWithoutRouter),
                Invariant.of(
                        "network.pending",
                        "a change reaches the data plane within "
                                + REALISED_WITHIN.toMinutes()
                                + " minutes",
                        this::latePending),
                Invariant.of(
                        "network.data-plane",
                        "the data plane is what the tables say",
                        this::differences));
    }

    private List<Violation> strayAddresses() {
        Condition stray = IP_ALLOCATION.PORT_ID.notIn(DSL.select(PORT.ID).from(PORT));
        return database.inTransaction(tx ->
                tx.sql()
                        .selectFrom(IP_ALLOCATION)
                        .where(stray)
                        .fetch()
                        .map(row ->
                                Violation.repairedBy(
                                        Severity.ERROR,
                                        "address",
                                        row.getSubnetId() + "/" + row.getAddress(),
                                        row.getAddress()
                                                + " is taken by port "
                                                + row.getPortId()
                                                + ", which is no more",
                                        () ->
                                                database.<Integer>inTransaction(again ->
                                                        again.sql()
                                                                .deleteFrom(IP_ALLOCATION)
                                                                .where(
                                                                        IP_ALLOCATION.PORT_ID.eq(
                                                                                row.getPortId()))
                                                                .and(stray)
                                                                .execute())
                                                        > 0)));
    }

    private List<Violation> portsWithoutAddress() {
        return database.inTransaction(tx ->
                tx.sql()
                        .selectFrom(PORT)
                        .where(
                                PORT.DEVICE_OWNER.in(
                                        Ports.FLOATING,
                                        Ports.ROUTER_INTERFACE,
                                        Ports.ROUTER_GATEWAY))
                        .and(PORT.ID.notIn(DSL.select(IP_ALLOCATION.PORT_ID).from(IP_ALLOCATION)))
                        .fetch()
                        .map(row ->
                                Violation.of(
                                        Severity.ERROR,
                                        "port",
                                        row.getId(),
                                        "port "
                                                + row.getId()
                                                + " ("
                                                + row.getDeviceOwner()
                                                + ") has no address; delete what it belongs to")));
    }

    private List<Violation> danglingFloatingIps() {
        Condition dangling =
                FLOATING_IP
                        .PORT_ID
                        .isNotNull()
                        .and(FLOATING_IP.PORT_ID.notIn(DSL.select(PORT.ID).from(PORT)))
                        .or(
                                FLOATING_IP
                                        .ROUTER_ID
                                        .isNotNull()
                                        .and(
                                                FLOATING_IP.ROUTER_ID.notIn(
                                                        DSL.select(ROUTER.ID).from(ROUTER))));
        return database.inTransaction(tx ->
                tx.sql()
                        .selectFrom(FLOATING_IP)
                        .where(dangling)
                        .fetch()
                        .map(row ->
                                Violation.repairedBy(
                                        Severity.ERROR,
                                        "floating ip",
                                        row.getId(),
                                        "floating IP "
                                                + row.getFloatingIpAddress()
                                                + " leads to port "
                                                + row.getPortId()
                                                + " by router "
                                                + row.getRouterId()
                                                + ", and not both exist",
                                        () ->
                                                database.<Boolean>inTransaction(again ->
                                                        disassociate(
                                                                again, row.getId(), dangling)))));
    }

    private boolean disassociate(Transaction tx, String id, Condition dangling) {
        var row =
                tx.sql()
                        .selectFrom(FLOATING_IP)
                        .where(FLOATING_IP.ID.eq(id))
                        .and(dangling)
                        .forUpdate()
                        .fetchOne();
        if (row == null) {
            return false;
        }
        String router = row.getRouterId();
        tx.sql()
                .update(FLOATING_IP)
                .setNull(FLOATING_IP.PORT_ID)
                .setNull(FLOATING_IP.FIXED_IP_ADDRESS)
                .setNull(FLOATING_IP.ROUTER_ID)
                .set(FLOATING_IP.STATUS, "DOWN")
                .set(FLOATING_IP.UPDATED_AT, Times.toDb(Times.now()))
                .set(FLOATING_IP.REVISION, FLOATING_IP.REVISION.plus(1))
                .where(FLOATING_IP.ID.eq(id))
                .execute();
        if (router != null) {
            changes.router(tx, router);
        }
        return true;
    }

    private List<Violation> portsWithoutRouter() {
        return database.inTransaction(tx ->
                tx.sql()
                        .selectFrom(PORT)
                        .where(PORT.DEVICE_OWNER.in(Ports.ROUTER_INTERFACE, Ports.ROUTER_GATEWAY))
                        .and(PORT.DEVICE_ID.notIn(DSL.select(ROUTER.ID).from(ROUTER)))
                        .fetch()
                        .map(row ->
                                Violation.of(
                                        Severity.ERROR,
                                        "port",
                                        row.getId(),
                                        "port "
                                                + row.getId()
                                                + " belongs to router "
                                                + row.getDeviceId()
                                                + ", which is no more; clear its device_owner and"
                                                + " delete it")));
    }

    private List<Violation> latePending() {
        var late = Times.toDb(Instant.now().minus(REALISED_WITHIN));
        return database.inTransaction(tx ->
                tx.sql()
                        .selectFrom(PENDING_CHANGE)
                        .where(PENDING_CHANGE.REQUESTED_AT.lt(late))
                        .fetch()
                        .map(row ->
                                Violation.of(
                                        Severity.WARNING,
                                        row.getKind().toLowerCase(java.util.Locale.ROOT),
                                        row.getResourceId(),
                                        "the newest change waits since "
                                                + Times.fromDb(row.getRequestedAt())
                                                + ", tried "
                                                + row.getAttempts()
                                                + " times: "
                                                + row.getFailure())));
    }

    private List<Violation> differences() {
        return realisation.differences().stream()
                .map(owner -> {
                    int slash = owner.indexOf('/');
                    String kind = slash < 0 ? "data plane" : owner.substring(0, slash);
                    String id = owner.substring(slash + 1);
                    return Violation.repairedBy(
                            Severity.ERROR,
                            kind,
                            id,
                            "the data plane has " + owner + " otherwise than the tables",
                            () -> !waits(kind, id) && realisation.synchroniseNow());
                })
                .toList();
    }

    /** What is about to be realised anyway is not repaired. */
    private boolean waits(String kind, String id) {
        for (Realised each : Realised.values()) {
            if (each.name().equalsIgnoreCase(kind.replace('-', '_'))) {
                return database.inTransaction(tx -> changes.isPending(tx, each, id));
            }
        }
        return false;
    }
}
