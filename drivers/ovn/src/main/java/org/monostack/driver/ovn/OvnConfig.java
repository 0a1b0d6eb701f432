package org.monostack.driver.ovn;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.driver.ovn.engine.Datapath;
import org.monostack.driver.ovn.engine.EngineConfig;

/**
 * How networks are realised on this host.
 *
 * @param engine the engine's daemons, bridges and way out
 * @param namespacePrefix begins the names of this cloud's network namespaces; must be its own on
 *     the machine, whose namespaces all clouds share
 */
public record OvnConfig(EngineConfig engine, String namespacePrefix) {

    /** One host that is everything, with the usual bridge names and no public interface. */
    public static OvnConfig singleHost(Path directory, String hostName) {
        return new OvnConfig(
                new EngineConfig(
                        directory,
                        hostName,
                        "127.0.0.1",
                        "br-int",
                        Map.of("public", "br-ex"),
                        "br-ex",
                        Optional.empty(),
                        List.of(),
                        Optional.empty()),
                "ovnmeta");
    }

    /**
     * @param device the physical way out, used when it exists
     * @param addresses the public bridge's own addresses otherwise, with prefix length
     */
    public OvnConfig withPublicNetwork(Optional<String> device, List<String> addresses) {
        return with(
                new EngineConfig(
                        engine.directory(),
                        engine.hostName(),
                        engine.encapsulationAddress(),
                        engine.integrationBridge(),
                        engine.bridgeMappings(),
                        engine.publicBridge(),
                        device,
                        addresses,
                        engine.datapath(),
                        engine.newerSwitch()));
    }

    public OvnConfig withDatapath(Datapath datapath) {
        return with(
                new EngineConfig(
                        engine.directory(),
                        engine.hostName(),
                        engine.encapsulationAddress(),
                        engine.integrationBridge(),
                        engine.bridgeMappings(),
                        engine.publicBridge(),
                        engine.publicInterface(),
                        engine.publicAddresses(),
                        Optional.of(datapath),
                        engine.newerSwitch()));
    }

    /** Where to find, or unpack, a newer Open vSwitch; by default below the engine's directory. */
    public OvnConfig withNewerSwitch(Path directory) {
        return with(
                new EngineConfig(
                        engine.directory(),
                        engine.hostName(),
                        engine.encapsulationAddress(),
                        engine.integrationBridge(),
                        engine.bridgeMappings(),
                        engine.publicBridge(),
                        engine.publicInterface(),
                        engine.publicAddresses(),
                        engine.datapath(),
                        directory));
    }

    public OvnConfig withNamespacePrefix(String prefix) {
        return new OvnConfig(engine, prefix);
    }

    private OvnConfig with(EngineConfig changed) {
        return new OvnConfig(changed, namespacePrefix);
    }
}
