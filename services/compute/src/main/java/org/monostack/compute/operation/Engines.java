package org.monostack.compute.operation;

import org.monostack.compute.ComputeConfig;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.store.Stores;
import org.monostack.image.Images;
import org.monostack.network.Networks;
import org.monostack.placement.Placement;
import org.monostack.platform.database.Database;

/** What operations on servers work with. */
public record Engines(
        Database database,
        Stores stores,
        Images images,
        Placement placement,
        Networks networks,
        Hypervisor hypervisor,
        Machines machines,
        ComputeConfig config) {}
