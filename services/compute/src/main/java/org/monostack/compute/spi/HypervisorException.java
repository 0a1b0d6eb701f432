package org.monostack.compute.spi;

/** A hypervisor could not do what was asked. The message is shown to users as a server's fault. */
public final class HypervisorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean worthRetrying;

    public HypervisorException(String message, boolean worthRetrying, Throwable cause) {
        super(message, cause);
        this.worthRetrying = worthRetrying;
    }

    public HypervisorException(String message, boolean worthRetrying) {
        super(message);
        this.worthRetrying = worthRetrying;
    }

    /** Whether the same call may succeed later (the daemon was away), as opposed to never. */
    public boolean worthRetrying() {
        return worthRetrying;
    }
}
