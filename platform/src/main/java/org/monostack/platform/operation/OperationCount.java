package org.monostack.platform.operation;

/** What operations are counted by. */
public record OperationCount(String kind, OperationRecord.State state) {}
