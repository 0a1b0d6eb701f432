package org.monostack.network;

import java.util.Optional;
import java.util.UUID;

/** One entry of what a server's creator (or an interface attachment) asks for. */
public sealed interface NetworkRequest {

    /** A new port on this network, with this address if one is named. */
    record OnNetwork(UUID network, Optional<String> fixedIp, Optional<String> tag)
            implements NetworkRequest {}

    /** A port the user made before. */
    record OnPort(UUID port, Optional<String> tag) implements NetworkRequest {}

    /**
     * A new port on the one network that the project can use: its own networks, else the shared
     * ones. None at all gives no port, or 400 if {@code required} ({@code "networks": "auto"});
     * more than one is 409.
     */
    record OnlyOne(boolean required) implements NetworkRequest {}
}
