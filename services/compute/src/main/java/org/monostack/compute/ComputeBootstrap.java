package org.monostack.compute;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.store.FlavorStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;

/** Puts in place what a new cloud starts with. Every call is idempotent. */
public final class ComputeBootstrap {

    /** A flavor to seed. */
    public record Seed(String id, String name, int vcpus, long ramMb, long diskGb) {}

    /** The flavors that DevStack users expect, under the ids that they expect. */
    public static final List<Seed> DEVSTACK_FLAVORS =
            List.of(
                    new Seed("1", "m1.tiny", 1, 512, 1),
                    new Seed("2", "m1.small", 1, 2048, 20),
                    new Seed("3", "m1.medium", 2, 4096, 40),
                    new Seed("4", "m1.large", 4, 8192, 80),
                    new Seed("5", "m1.xlarge", 8, 16384, 160),
                    new Seed("42", "m1.nano", 1, 128, 1),
                    new Seed("84", "m1.micro", 1, 192, 1),
                    new Seed("c1", "cirros256", 1, 256, 1),
                    new Seed("d1", "ds512M", 1, 512, 5),
                    new Seed("d2", "ds1G", 1, 1024, 10),
                    new Seed("d3", "ds2G", 2, 2048, 10),
                    new Seed("d4", "ds4G", 4, 4096, 20));

    private final Database database;
    private final FlavorStore flavors;

    ComputeBootstrap(Database database, FlavorStore flavors) {
        this.database = database;
        this.flavors = flavors;
    }

    /** Makes a public flavor unless one has its id or its name. */
    public void ensureFlavor(Seed seed) {
        database.run(tx -> {
            if (flavors.find(tx, seed.id()).isPresent()
                    || flavors.findByName(tx, seed.name()).isPresent()) {
                return;
            }
            flavors.insert(
                    tx,
                    new Flavor(
                            0,
                            seed.id(),
                            seed.name(),
                            Optional.empty(),
                            seed.ramMb(),
                            seed.vcpus(),
                            seed.diskGb(),
                            0,
                            0,
                            1.0,
                            true,
                            false,
                            // DevStack asks for a random number generator by this spec.
                            Map.of("hw_rng:allowed", "True"),
                            Times.now(),
                            Optional.empty()));
        });
    }

    /** All of {@link #DEVSTACK_FLAVORS}. */
    public void ensureFlavors() {
        DEVSTACK_FLAVORS.forEach(this::ensureFlavor);
    }
}
