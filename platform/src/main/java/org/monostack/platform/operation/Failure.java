package org.monostack.platform.operation;

/**
 * Why an operation ended without success.
 *
 * @param step the step that could not be done
 * @param reason in words for the user
 */
public record Failure(String step, String reason) {}
