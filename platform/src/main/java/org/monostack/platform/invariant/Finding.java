package org.monostack.platform.invariant;

/**
 * A violation as it is reported.
 *
 * @param check the invariant's name
 * @param repairable whether it can be put right without asking anybody
 * @param repaired whether that was done, or begun, now
 */
public record Finding(
        String check,
        Severity severity,
        String resourceType,
        String resourceId,
        String words,
        boolean repairable,
        boolean repaired) {}
