package org.monostack.network.spi;

import org.monostack.platform.engine.EngineAway;

/** The network engine is away or refused what was asked; the caller may try again later. */
public final class NetworkDriverException extends RuntimeException implements EngineAway {
    private static final long serialVersionUID = 1L;

    private final boolean away;

    public NetworkDriverException(String message) {
        super(message);
        this.away = false;
    }

    public NetworkDriverException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private NetworkDriverException(String message, Throwable cause, boolean away) {
        super(message, cause);
        this.away = away;
    }

    /** The engine itself cannot be reached just now. */
    public static NetworkDriverException away(String message, Throwable cause) {
        return new NetworkDriverException(message, cause, true);
    }

    @Override
    public boolean away() {
        return away;
    }
}
