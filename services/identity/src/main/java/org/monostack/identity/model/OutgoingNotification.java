package org.monostack.identity.model;

/**
 * A notification that waits for the broker.
 *
 * @param number of later ones is higher
 * @param body a JSON object
 */
public record OutgoingNotification(long number, String body) {}
