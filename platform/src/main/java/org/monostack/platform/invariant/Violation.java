package org.monostack.platform.invariant;

import java.util.Optional;

/**
 * One place where an invariant does not hold.
 *
 * @param words what is wrong, for an operator
 * @param repair how to put it right, if that can be done without asking anybody
 */
public record Violation(
        Severity severity,
        String resourceType,
        String resourceId,
        String words,
        Optional<Repair> repair) {

    /**
     * Puts it right by the service's ordinary ways. Looks again before it acts, since what was seen
     * may be over.
     */
    @FunctionalInterface
    public interface Repair {

        /** Returns whether it was done, or begun; false if there was nothing to do any more. */
        boolean run();
    }

    public static Violation of(
            Severity severity, String resourceType, String resourceId, String words) {
        return new Violation(severity, resourceType, resourceId, words, Optional.empty());
    }

    public static Violation repairedBy(
            Severity severity,
            String resourceType,
            String resourceId,
            String words,
            Repair repair) {
        return new Violation(severity, resourceType, resourceId, words, Optional.of(repair));
    }

    /** Whether two looks saw the same thing. */
    boolean sameAs(Violation other) {
        return resourceType.equals(other.resourceType) && resourceId.equals(other.resourceId);
    }
}
