package org.monostack.platform.engine;

/**
 * A failure that may mean that an engine (the database, libvirt, OVN) cannot be reached just now.
 * Nothing is wrong with what was asked: a request is answered 503 with Retry-After, an operation
 * waits, however long it takes.
 */
public interface EngineAway {

    /** Whether the engine is away, as opposed to having refused. */
    boolean away();

    /** Whether a failure, or what caused it, says that an engine is away. */
    static boolean in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EngineAway engine && engine.away()) {
                return true;
            }
        }
        return false;
    }
}
