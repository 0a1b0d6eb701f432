package org.monostack.network.spi;

/** The network engine is away or refused what was asked; the caller may try again later. */
public final class NetworkDriverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NetworkDriverException(String message) {
        super(message);
    }

    public NetworkDriverException(String message, Throwable cause) {
        super(message, cause);
    }
}
