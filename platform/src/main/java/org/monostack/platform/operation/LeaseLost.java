package org.monostack.platform.operation;

/** This process may act for the operation no more: another one may have taken it up. */
public final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLost() {
        super("the operation's lease lapsed", null, false, false);
    }
}
