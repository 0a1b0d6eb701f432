package org.monostack.network.model;

/** The kinds of things that the data plane follows. */
public enum Realised {
    NETWORK,
    PORT,
    ROUTER,
    SECURITY_GROUP
}
