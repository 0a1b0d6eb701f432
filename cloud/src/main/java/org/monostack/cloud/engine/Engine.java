package org.monostack.cloud.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** An engine of this cloud's own: one or several daemons that belong together. */
public interface Engine {

    /** What the operator calls it. */
    String name();

    /** Every daemon of the engine, running or not, as seen now. Does not block. */
    List<Daemon> daemons();

    /**
     * Starts what does not run and returns once it serves; throws when that does not succeed. An
     * engine that sees to its daemons itself has nothing to do here.
     */
    void ensureStarted();

    /**
     * One daemon.
     *
     * @param pid of the running process; empty if it does not run
     * @param log where it writes what it has to say
     */
    record Daemon(String name, OptionalLong pid, Path log) {}
}
