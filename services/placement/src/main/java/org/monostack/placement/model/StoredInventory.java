package org.monostack.placement.model;

import java.time.Instant;
import org.monostack.placement.Inventory;

/** An inventory with the time of its last change. */
public record StoredInventory(Inventory inventory, Instant updatedAt) {}
