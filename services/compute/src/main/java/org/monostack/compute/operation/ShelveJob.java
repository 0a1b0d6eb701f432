package org.monostack.compute.operation;

import java.util.UUID;

/**
 * What shelving remembers.
 *
 * @param image the image that takes the disk's content; recorded with the request
 * @param before the vm state when it was accepted
 */
public record ShelveJob(UUID server, String requestId, UUID image, String before) {}
