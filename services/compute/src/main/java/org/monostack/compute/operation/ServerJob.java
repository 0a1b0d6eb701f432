package org.monostack.compute.operation;

import java.util.UUID;

/**
 * What most operations on a server remember.
 *
 * @param requestId the request that asked for it, whose action ends with the operation
 * @param before the vm state when it was accepted, to return to if it fails
 * @param acceptedAt milliseconds of the epoch
 */
public record ServerJob(UUID server, String requestId, String before, long acceptedAt) {}
