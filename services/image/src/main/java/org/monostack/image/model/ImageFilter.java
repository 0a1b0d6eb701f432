package org.monostack.image.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which images a list shows, and in which order.
 *
 * @param viewer whose eyes they are seen with
 * @param visibility one of the four, or "all"; absent leaves out other projects' community images
 * @param memberStatus which answers to an offer count as shared: one of three, or "all"
 * @param anyOf per attribute the values of which one must match
 * @param sizes bounds of the size
 * @param times conditions on created_at and updated_at
 * @param hidden whether to show those that are hidden from default lists, and only those
 * @param order never empty; the id is always the last key
 * @param marker the last image of the page before
 */
public record ImageFilter(
        Viewer viewer,
        Optional<String> visibility,
        String memberStatus,
        Map<String, List<String>> anyOf,
        List<SizeBound> sizes,
        List<TimeBound> times,
        List<String> tags,
        Map<String, String> properties,
        Optional<Boolean> isProtected,
        boolean hidden,
        List<SortKey> order,
        Optional<UUID> marker,
        int limit) {

    /**
     * @param project the caller's project, if the token has one
     * @param all whether the caller sees everybody's images
     */
    public record Viewer(Optional<String> project, boolean all) {}

    /**
     * A numeric condition on size, min_ram or min_disk.
     *
     * @param operator one of eq, neq, gt, gte, lt, lte
     */
    public record SizeBound(String attribute, String operator, long value) {}

    /**
     * A condition on created_at or updated_at.
     *
     * @param operator one of eq, neq, gt, gte, lt, lte
     */
    public record TimeBound(String attribute, String operator, Instant value) {}

    public record SortKey(String attribute, boolean ascending) {}
}
