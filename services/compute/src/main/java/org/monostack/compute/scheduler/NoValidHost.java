package org.monostack.compute.scheduler;

/** No host will do; the message says why, host by host. */
public final class NoValidHost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reasons;

    public NoValidHost(String reasons) {
        super("No valid host was found. " + reasons, null, false, false);
        this.reasons = reasons;
    }

    /** One line per host. */
    public String reasons() {
        return reasons;
    }
}
