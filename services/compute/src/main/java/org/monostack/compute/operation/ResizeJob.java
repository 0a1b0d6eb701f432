package org.monostack.compute.operation;

import java.util.UUID;
import org.monostack.compute.model.Flavor;

/**
 * What a resize, or taking one back, remembers.
 *
 * @param before the vm state to come back to: active or stopped
 * @param from the flavor it has
 * @param to the flavor it shall have
 * @param migration the row that shows it as a migration
 */
public record ResizeJob(
        UUID server, String requestId, String before, Flavor from, Flavor to, UUID migration) {}
