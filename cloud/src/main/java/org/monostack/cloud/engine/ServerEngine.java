package org.monostack.cloud.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.monostack.driver.libvirt.engine.LibvirtEngine;

/** libvirt's daemons; the guests themselves are the reconciler's. */
public record ServerEngine(LibvirtEngine engine) implements Engine {

    @Override
    public String name() {
        return "servers";
    }

    @Override
    public List<Daemon> daemons() {
        List<Daemon> daemons = new ArrayList<>();
        engine.daemons()
                .forEach((name, process) ->
                        daemons.add(
                                new Daemon(
                                        name,
                                        process.map(p -> OptionalLong.of(p.pid()))
                                                .orElse(OptionalLong.empty()),
                                        engine.logOf(name))));
        return daemons;
    }

    @Override
    public void ensureStarted() {
        engine.ensureStarted();
    }
}
