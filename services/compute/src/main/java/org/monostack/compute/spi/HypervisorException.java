package org.monostack.compute.spi;

import org.monostack.platform.engine.EngineAway;

/** A hypervisor could not do what was asked. The message is shown to users as a server's fault. */
public final class HypervisorException extends RuntimeException implements EngineAway {
    private static final long serialVersionUID = 1L;

    private final boolean worthRetrying;
    private final boolean away;

    /** The hypervisor itself cannot be reached just now. */
    public static HypervisorException away(String message, Throwable cause) {
        return new HypervisorException(message, true, true, cause);
    }

    private HypervisorException(
            String message, boolean worthRetrying, boolean away, Throwable cause) {
        super(message, cause);
        this.worthRetrying = worthRetrying;
        this.away = away;
    }

    public HypervisorException(String message, boolean worthRetrying, Throwable cause) {
        this(message, worthRetrying, false, cause);
    }

    public HypervisorException(String message, boolean worthRetrying) {
        super(message);
        this.worthRetrying = worthRetrying;
        this.away = false;
    }

    @Override
    public boolean away() {
        return away;
    }

    /** Whether the same call may succeed later (the daemon was away), as opposed to never. */
    public boolean worthRetrying() {
        return worthRetrying;
    }
}
