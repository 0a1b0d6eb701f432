package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.NETWORK_SEGMENT_CLAIM;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.monostack.network.NetworkConfig;
import org.monostack.network.jooq.tables.records.NetworkRecord;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Transaction;

/** Which network uses which tunnel id, VLAN tag or flat physical network; each at most once. */
public final class Segments {
    private static final int GENEVE_MAX = 65_535;
    private static final int ATTEMPTS = 200;

    private final NetworkConfig config;

    public Segments(NetworkConfig config) {
        this.config = config;
    }

    /** The type of networks that do not ask for one. */
    public String tenantType() {
        return config.tenantVlans() && !config.vlanRanges().isEmpty() ? "vlan" : "geneve";
    }

    /**
     * Gives a network, which is stored already, the segment that its columns ask for, completing
     * the columns. Throws 400 for what cannot be and 409 for what is taken.
     */
    public void claim(Transaction tx, NetworkRecord network) {
        Optional<String> physical = Optional.ofNullable(network.getPhysicalNetwork());
        Optional<Integer> segment = Optional.ofNullable(network.getSegmentationId());
        switch (network.getNetworkType()) {
            case "geneve" -> {
                if (physical.isPresent()) {
                    throw Refusal.invalidInput(
                            "provider:physical_network specified for geneve network");
                }
                claimTunnel(tx, network, segment);
            }
            case "flat" -> {
                if (segment.isPresent()) {
                    throw Refusal.invalidInput(
                            "segmentation_id prohibited for flat provider network");
                }
                requireKnown("flat", physical);
                if (!take(tx, network, physical.orElse(""), 0)) {
                    throw Refusal.conflict(
                            "FlatNetworkInUse",
                            "Unable to create the flat network. Physical network "
                                    + physical.orElse("")
                                    + " is in use.");
                }
            }
            case "vlan" -> claimVlan(tx, network, physical, segment);
            default ->
                    throw Refusal.invalidInput(
                            "network_type value '" + network.getNetworkType() + "' not supported");
        }
        network.update();
    }

    private void claimTunnel(Transaction tx, NetworkRecord network, Optional<Integer> wanted) {
        if (wanted.isPresent()) {
            if (wanted.get() < 1 || wanted.get() > GENEVE_MAX) {
                throw Refusal.invalidInput(
                        "segmentation_id out of range (1 through " + GENEVE_MAX + ")");
            }
            if (!take(tx, network, "", wanted.get())) {
                throw Refusal.conflict(
                        "TunnelIdInUse",
                        "Unable to create the network. The tunnel ID "
                                + wanted.get()
                                + " is in use.");
            }
            return;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int id = ThreadLocalRandom.current().nextInt(1, GENEVE_MAX + 1);
            if (take(tx, network, "", id)) {
                network.setSegmentationId(id);
                return;
            }
        }
        throw exhausted();
    }

    private void claimVlan(
            Transaction tx,
            NetworkRecord network,
            Optional<String> physical,
            Optional<Integer> wanted) {
        if (wanted.isPresent()) {
            requireKnown("VLAN", physical);
            if (wanted.get() < 1 || wanted.get() > 4094) {
                throw Refusal.invalidInput("segmentation_id out of range (1 through 4094)");
            }
            if (!take(tx, network, physical.orElse(""), wanted.get())) {
                throw Refusal.conflict(
                        "VlanIdInUse",
                        "Unable to create the network. The VLAN "
                                + wanted.get()
                                + " on physical network "
                                + physical.orElse("")
                                + " is in use.");
            }
            return;
        }
        physical.ifPresent(name -> requireKnown("VLAN", physical));
        for (NetworkConfig.VlanRange range : config.vlanRanges()) {
            if (physical.isPresent() && !physical.get().equals(range.physicalNetwork())) {
                continue;
            }
            for (int tag = range.first(); tag <= range.last(); tag++) {
                if (take(tx, network, range.physicalNetwork(), tag)) {
                    network.setPhysicalNetwork(range.physicalNetwork());
                    network.setSegmentationId(tag);
                    return;
                }
            }
        }
        throw exhausted();
    }

    private void requireKnown(String type, Optional<String> physical) {
        if (physical.isEmpty()) {
            throw Refusal.invalidInput(
                    "physical_network required for " + type + " provider network");
        }
        if (!config.bridgeMappings().containsKey(physical.get())) {
            throw Refusal.invalidInput(
                    "physical_network '"
                            + physical.get()
                            + "' unknown for "
                            + type
                            + " provider network");
        }
    }

    private static boolean take(
            Transaction tx, NetworkRecord network, String physical, int segment) {
        return tx.sql()
                        .insertInto(NETWORK_SEGMENT_CLAIM)
                        .set(NETWORK_SEGMENT_CLAIM.NETWORK_TYPE, network.getNetworkType())
                        .set(NETWORK_SEGMENT_CLAIM.PHYSICAL_NETWORK, physical)
                        .set(NETWORK_SEGMENT_CLAIM.SEGMENTATION_ID, segment)
                        .set(NETWORK_SEGMENT_CLAIM.NETWORK_ID, network.getId())
                        .onDuplicateKeyIgnore()
                        .execute()
                > 0;
    }

    private static Refusal exhausted() {
        return Refusal.unavailable(
                "NoNetworkAvailable",
                "Unable to create the network. No tenant network is available for allocation.");
    }
}
