package org.monostack.identity.model;

/** A policy that is only kept for others, as a text of some media type. */
public record PolicyDocument(String id, String type, String blob, String extra) {}
