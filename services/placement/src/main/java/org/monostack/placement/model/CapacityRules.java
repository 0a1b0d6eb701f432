package org.monostack.placement.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.monostack.placement.Capacity;
import org.monostack.placement.Inventory;

/** Whether an amount fits; the one place that knows, for searches and claims alike. */
public final class CapacityRules {
    private CapacityRules() {}

    /**
     * Why an amount does not fit into what is left of a capacity, or nothing if it does.
     *
     * @param capacity absent when the provider has no inventory of the class
     */
    public static Optional<String> refusal(
            String resourceClass, @Nullable Capacity capacity, long amount) {
        if (capacity == null) {
            return Optional.of("has no " + resourceClass);
        }
        Optional<String> violated = violatedConstraint(resourceClass, capacity.inventory(), amount);
        if (violated.isPresent()) {
            return violated;
        }
        if (amount > capacity.free()) {
            return Optional.of(
                    resourceClass
                            + ": "
                            + amount
                            + " wanted, "
                            + Math.max(0, capacity.free())
                            + " free of "
                            + capacity.inventory().capacity());
        }
        return Optional.empty();
    }

    /** Whether the inventory never gives away such an amount, however much is free. */
    public static Optional<String> violatedConstraint(
            String resourceClass, Inventory inventory, long amount) {
        if (amount < inventory.minUnit()) {
            return Optional.of(
                    resourceClass
                            + ": "
                            + amount
                            + " wanted, at least "
                            + inventory.minUnit()
                            + " must be taken");
        }
        if (amount > inventory.maxUnit()) {
            return Optional.of(
                    resourceClass
                            + ": "
                            + amount
                            + " wanted, at most "
                            + inventory.maxUnit()
                            + " may be taken by one consumer");
        }
        if (amount % inventory.stepSize() != 0) {
            return Optional.of(
                    resourceClass
                            + ": "
                            + amount
                            + " wanted, which is no multiple of "
                            + inventory.stepSize());
        }
        return Optional.empty();
    }
}
