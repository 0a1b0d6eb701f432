package org.monostack.compute.operation;

import java.util.UUID;

/** What attaching or detaching a port remembers. */
public record InterfaceJob(UUID server, String requestId, UUID port) {}
