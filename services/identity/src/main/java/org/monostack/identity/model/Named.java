package org.monostack.identity.model;

/** An id with its name. */
public record Named(String id, String name) {}
