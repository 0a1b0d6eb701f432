package org.monostack.driver.ovn.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where packets are switched. */
public enum Datapath {
    /** By the kernel's openvswitch module. */
    KERNEL("system"),
    /** By ovs-vswitchd itself, which needs nothing of the kernel but taps and packet sockets. */
    USERSPACE("netdev");

    private static final Logger log = LoggerFactory.getLogger(Datapath.class);
    private static final String TRIAL = "ovs-monostack-try";

    private final String type;

    Datapath(String type) {
        this.type = type;
    }

    /** Open vSwitch's name for it. */
    public String type() {
        return type;
    }

    /** Finds out by making a datapath in the kernel, which tells more than looking for a module. */
    static Datapath probe() {
        // Harmless where modules cannot be loaded or the module is built in.
        if (!java.nio.file.Files.exists(java.nio.file.Path.of("/sys/module/openvswitch"))) {
            tryModprobe();
        }
        try {
            Command.Result made = Command.attempt("ovs-dpctl", "add-dp", TRIAL);
            if (made.succeeded()) {
                Command.attempt("ovs-dpctl", "del-dp", TRIAL);
                return KERNEL;
            }
            log.debug("No kernel datapath: {}", made.output().strip());
        } catch (EngineException e) {
            log.debug("No kernel datapath", e);
        }
        return USERSPACE;
    }

    private static void tryModprobe() {
        try {
            Command.attempt("modprobe", "openvswitch");
        } catch (EngineException e) {
            log.debug("Cannot load the openvswitch module", e);
        }
    }
}
