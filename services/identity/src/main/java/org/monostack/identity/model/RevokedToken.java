package org.monostack.identity.model;

import java.time.Instant;

/** A token that was ended before its time. */
public record RevokedToken(String auditId, Instant revokedAt) {}
