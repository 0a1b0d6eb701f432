package org.monostack.network.spi;

import java.util.List;

/** Everything that should be realised. */
public record Topology(
        List<NetworkIntent> networks,
        List<PortIntent> ports,
        List<RouterIntent> routers,
        List<SecurityGroupIntent> securityGroups) {}
