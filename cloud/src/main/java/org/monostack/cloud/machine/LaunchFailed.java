package org.monostack.cloud.machine;

/** The cloud cannot be started, stopped or wiped. The message is what the user reads. */
public final class LaunchFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LaunchFailed(String message) {
        super(message);
    }

    public LaunchFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
