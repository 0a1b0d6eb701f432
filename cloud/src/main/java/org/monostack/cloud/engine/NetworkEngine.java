package org.monostack.cloud.engine;

import java.util.List;
import org.monostack.driver.ovn.engine.OvnEngines;

/** Open vSwitch and OVN. They watch their own daemons, and the public bridge with them. */
public record NetworkEngine(OvnEngines engines) implements Engine {

    @Override
    public String name() {
        return "networks";
    }

    @Override
    public List<Daemon> daemons() {
        return engines.health().stream()
                .map(health -> new Daemon(health.name(), health.pid(), health.log()))
                .toList();
    }

    @Override
    public void ensureStarted() {
        // Done by the engines' own thread.
    }
}
