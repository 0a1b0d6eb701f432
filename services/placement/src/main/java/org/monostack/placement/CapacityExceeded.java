package org.monostack.placement;

import java.util.UUID;

/**
 * A claim that the provider cannot serve, since others hold what was asked for or its inventory
 * never allowed it. The message says which resource class and by how much. The transaction in which
 * it was thrown has changed nothing of placement's.
 */
public final class CapacityExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UUID provider;

    public CapacityExceeded(UUID provider, String message) {
        super(message, null, false, false);
        this.provider = provider;
    }

    public UUID provider() {
        return provider;
    }
}
