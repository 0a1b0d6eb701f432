package org.monostack.identity.model;

/** What a token is good for. */
public sealed interface Scope {

    record Unscoped() implements Scope {}

    record OnProject(String id) implements Scope {}

    record OnDomain(String id) implements Scope {}

    record OnSystem() implements Scope {}
}
