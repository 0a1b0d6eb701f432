package org.monostack.simulation;

/** Unwinds a thread whose process was killed. An error, so that nobody takes it for a failure. */
final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("killed", null, false, false);
    }
}
