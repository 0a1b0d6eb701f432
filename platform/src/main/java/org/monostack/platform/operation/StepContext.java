package org.monostack.platform.operation;

/**
 * What a step may want to know of the operation it belongs to.
 *
 * @param generation rises each time the operation changes hands; a driver may refuse older ones
 * @param attempt how often this step was tried before, without success
 */
public record StepContext(
        String operationId, String requestId, String resourceId, long generation, int attempt) {}
