package org.monostack.driver.ovn.ovsdb;

/** Stands, within one transaction, for the row that the transaction itself inserts. */
public record NamedUuid(String name) {}
