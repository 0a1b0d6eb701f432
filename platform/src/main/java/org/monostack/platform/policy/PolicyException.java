package org.monostack.platform.policy;

/** A policy that cannot be loaded: the message names the rule and what is wrong with it. */
public final class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PolicyException(String message) {
        super(message);
    }
}
