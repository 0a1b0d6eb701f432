package org.monostack.identity.model;

/** One kind of request that an application credential's tokens may make. */
public record AccessRule(String id, String userId, String service, String path, String method) {}
