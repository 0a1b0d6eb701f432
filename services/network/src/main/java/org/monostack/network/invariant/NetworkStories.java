package org.monostack.network.invariant;

import static org.monostack.network.jooq.Tables.FLOATING_IP;
import static org.monostack.network.jooq.Tables.IP_ALLOCATION;
import static org.monostack.network.jooq.Tables.PENDING_CHANGE;
import static org.monostack.network.jooq.Tables.PORT;

import java.util.List;
import java.util.Optional;
import org.monostack.network.jooq.tables.records.FloatingIpRecord;
import org.monostack.network.jooq.tables.records.PortRecord;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.telemetry.StoryTeller;

/** Says what ports and floating IPs are now. */
public final class NetworkStories implements StoryTeller {

    @Override
    public Optional<Subject> tell(Transaction tx, String id) {
        Optional<PortRecord> port = tx.sql().selectFrom(PORT).where(PORT.ID.eq(id)).fetchOptional();
        if (port.isPresent()) {
            return port.map(row -> port(tx, row));
        }
        return tx.sql()
                .selectFrom(FLOATING_IP)
                .where(FLOATING_IP.ID.eq(id))
                .fetchOptional()
                .map(NetworkStories::floatingIp);
    }

    private static Subject port(Transaction tx, PortRecord row) {
        List<String> addresses =
                tx.sql()
                        .select(IP_ALLOCATION.ADDRESS)
                        .from(IP_ALLOCATION)
                        .where(IP_ALLOCATION.PORT_ID.eq(row.getId()))
                        .fetch(IP_ALLOCATION.ADDRESS);
        String waits =
                tx.sql()
                        .selectFrom(PENDING_CHANGE)
                        .where(PENDING_CHANGE.RESOURCE_ID.eq(row.getId()))
                        .fetchOptional()
                        .map(change ->
                                "; its newest change waits for the data plane, tried "
                                        + change.getAttempts()
                                        + " times"
                                        + (change.getFailure() == null
                                                ? ""
                                                : ": " + change.getFailure()))
                        .orElse("");
        boolean ofServer = row.getDeviceOwner().startsWith("compute:");
        return new Subject(
                "port",
                row.getId(),
                "port "
                        + (row.getName().isEmpty() ? "without a name" : row.getName())
                        + ", "
                        + row.getStatus()
                        + ", "
                        + row.getMacAddress()
                        + " "
                        + addresses
                        + (row.getDeviceOwner().isEmpty()
                                ? ", of nobody"
                                : ", of " + row.getDeviceOwner() + " " + row.getDeviceId())
                        + waits,
                ofServer ? List.of(row.getDeviceId()) : List.of());
    }

    private static Subject floatingIp(FloatingIpRecord row) {
        return new Subject(
                "floating ip",
                row.getId(),
                "floating IP "
                        + row.getFloatingIpAddress()
                        + ", "
                        + row.getStatus()
                        + (row.getPortId() == null
                                ? ", not in use"
                                : ", for "
                                        + row.getFixedIpAddress()
                                        + " of port "
                                        + row.getPortId()),
                row.getPortId() == null ? List.of() : List.of(row.getPortId()));
    }
}
