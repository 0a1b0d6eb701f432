package org.monostack.identity.model;

/** The identity provider that vouches for a user, and how the user came from there. */
public record FederatedBy(String providerId, String protocolId) {}
