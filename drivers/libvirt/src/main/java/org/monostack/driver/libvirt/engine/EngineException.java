package org.monostack.driver.libvirt.engine;

/**
 * A program that the driver stands on cannot be started or stopped; the message says what to do.
 */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
