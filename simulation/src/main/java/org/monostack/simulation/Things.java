package org.monostack.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the operations of an {@link EngineHistory} make outside the database: things of three parts,
 * in rows where they must come one after the other. Outlives every process, and notices at once
 * what must never be asked of it.
 */
final class Things {
    /** In the order in which they are made. */
    enum Part {
        FLOOR,
        WALLS,
        ROOF
    }

    private final Map<String, Set<Part>> there = new HashMap<>();
    private final Map<String, Integer> newest = new HashMap<>();
    private final Map<String, Integer> drying = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /**
     * @param row things of one row are worked on one after the other, by rising numbers
     */
    record Job(String thing, String row, int number) {}

    boolean has(String thing, Part part) {
        return parts(thing).contains(part);
    }

    Set<Part> parts(String thing) {
        return there.computeIfAbsent(thing, key -> EnumSet.noneOf(Part.class));
    }

    void make(Job job, Part part) {
        inOrder(job);
        for (Part below : Part.values()) {
            if (below.compareTo(part) < 0 && !has(job.thing(), below)) {
                violations.add(job.thing() + " got its " + part + " before its " + below);
            }
        }
        if (!parts(job.thing()).add(part)) {
            violations.add("the " + part + " of " + job.thing() + " was made twice");
        }
        if (part == Part.WALLS) {
            drying.put(job.thing(), job.number() % 3);
        }
    }

    void remove(Job job, Part part) {
        inOrder(job);
        parts(job.thing()).remove(part);
    }

    /** Whether the walls can bear a roof; each look brings that nearer. */
    boolean dry(Job job) {
        return drying.merge(job.thing(), -1, Integer::sum) < 0;
    }

    private void inOrder(Job job) {
        int latest = newest.merge(job.row(), job.number(), Math::max);
        if (latest > job.number()) {
            violations.add(
                    "operation "
                            + job.number()
                            + " of "
                            + job.row()
                            + " acts although "
                            + latest
                            + " has begun");
        }
    }

    List<String> violations() {
        return violations;
    }
}
