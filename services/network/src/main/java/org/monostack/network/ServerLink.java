package org.monostack.network;

import java.util.UUID;

/** What a server's network card must agree on with the port behind it. */
public record ServerLink(UUID portId, String mac, int mtu) {}
