package org.monostack.driver.ovn.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the network engine of one host is to run.
 *
 * @param directory for databases, sockets, pid files and logs; at most some 70 bytes long
 * @param hostName this host's name in OVN (chassis name and hostname)
 * @param encapsulationAddress where other hosts' tunnels reach this one
 * @param integrationBridge the bridge that servers' taps are plugged into
 * @param bridgeMappings physical network name to bridge; the bridges are created
 * @param publicBridge the bridge of {@code publicInterface} and {@code publicAddresses}
 * @param publicInterface the device that is put into the public bridge when it exists; its
 *     addresses and routes move to the bridge while the engine runs
 * @param publicAddresses what the public bridge gets (with prefix length) when there is no such
 *     device, so that the host itself reaches floating IPs
 * @param datapath where to switch packets; empty: found out by trying
 * @param newerSwitch where a newer Open vSwitch is unpacked when the system's cannot be trusted;
 *     may be shared by several clouds, and may be filled beforehand
 */
public record EngineConfig(
        Path directory,
        String hostName,
        String encapsulationAddress,
        String integrationBridge,
        Map<String, String> bridgeMappings,
        String publicBridge,
        Optional<String> publicInterface,
        List<String> publicAddresses,
        Optional<Datapath> datapath,
        Path newerSwitch) {

    public EngineConfig {
        bridgeMappings = Map.copyOf(bridgeMappings);
        publicAddresses = List.copyOf(publicAddresses);
    }

    /** With the newer Open vSwitch, if one is needed, below the engine's own directory. */
    public EngineConfig(
            Path directory,
            String hostName,
            String encapsulationAddress,
            String integrationBridge,
            Map<String, String> bridgeMappings,
            String publicBridge,
            Optional<String> publicInterface,
            List<String> publicAddresses,
            Optional<Datapath> datapath) {
        this(
                directory,
                hostName,
                encapsulationAddress,
                integrationBridge,
                bridgeMappings,
                publicBridge,
                publicInterface,
                publicAddresses,
                datapath,
                directory.resolve("ovs-3.5"));
    }
}
