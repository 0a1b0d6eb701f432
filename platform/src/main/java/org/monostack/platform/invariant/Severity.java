package org.monostack.platform.invariant;

/** How much a violated invariant matters. */
public enum Severity {
    /** Nobody is hurt yet. */
    WARNING,
    /** Something is lost, wrong, or held by nobody. */
    ERROR
}
