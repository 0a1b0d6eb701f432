package org.monostack.placement;

/** One resource class of a provider: what it has and what consumers hold of it. */
public record Capacity(Inventory inventory, long used) {

    public long free() {
        return inventory.capacity() - used;
    }
}
