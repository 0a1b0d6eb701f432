package org.monostack.identity;

/** A user as other services see them. */
public record UserInfo(String id, String name, String domainId, boolean enabled) {}
