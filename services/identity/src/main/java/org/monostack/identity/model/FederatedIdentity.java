package org.monostack.identity.model;

/**
 * Who a user is at an identity provider.
 *
 * @param uniqueId what the provider calls the user for ever
 */
public record FederatedIdentity(FederatedBy by, String uniqueId, String userId) {}
