package org.monostack.platform.invariant;

import java.util.List;

/** Something that must always be true, owned by the service whose data it is about. */
public interface Invariant {

    /** Stable and unique, such as {@code compute.allocations}: what reports and metrics call it. */
    String name();

    /** What must be true, in plain words. */
    String statement();

    /**
     * Looks where it does not hold, without changing anything. A look may be disturbed by requests
     * under way, so only what two looks agree on is believed. May block; what it throws means that
     * it could not be checked, most often because an engine is away.
     */
    List<Violation> violations();

    /** How violations are found. */
    @FunctionalInterface
    interface Look {
        List<Violation> violations();
    }

    static Invariant of(String name, String statement, Look look) {
        return new Invariant() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String statement() {
                return statement;
            }

            @Override
            public List<Violation> violations() {
                return look.violations();
            }
        };
    }
}
