package org.monostack.placement;

/**
 * How much of one resource class a provider has, and in what portions it gives it away.
 *
 * @param total the amount that exists
 * @param reserved the part of it that is never given to consumers
 * @param minUnit the smallest amount that one consumer may hold
 * @param maxUnit the largest amount that one consumer may hold
 * @param stepSize amounts must be a multiple of this
 * @param allocationRatio how often each unit may be given away; above 1 overcommits
 */
public record Inventory(
        long total,
        long reserved,
        long minUnit,
        long maxUnit,
        long stepSize,
        double allocationRatio) {

    /** An inventory in portions of one unit, all of it for one consumer if need be. */
    public static Inventory of(long total, long reserved, double allocationRatio) {
        return new Inventory(total, reserved, 1, Math.max(total, 1), 1, allocationRatio);
    }

    /** The most that all consumers together may hold. */
    public long capacity() {
        return (long) ((total - reserved) * allocationRatio);
    }
}
