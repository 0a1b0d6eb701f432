package org.monostack.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.monostack.platform.database.Database;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TokenTable;

/** Claims and candidates as other services use them, inside their own transactions. */
class PlacementTest {
    private final Database database = TestDatabase.open("placement");
    private final Placement placement =
            new PlacementModule(database, new TokenTable(), Map.of()).placement();

    private UUID host(long vcpus, long memory) {
        UUID host = UUID.randomUUID();
        database.run(tx -> {
            placement.putProvider(tx, host, "host-" + host);
            placement.putInventory(
                    tx,
                    host,
                    Map.of(
                            "VCPU", Inventory.of(vcpus, 0, 2.0),
                            "MEMORY_MB", Inventory.of(memory, 512, 1.0)));
        });
        return host;
    }

    private Map<UUID, Map<String, Long>> allocations(UUID consumer) {
        return database.inTransaction(tx -> placement.allocations(tx, consumer));
    }

    private Map<UUID, Map<String, Long>> consumers(UUID provider) {
        return database.inTransaction(tx -> placement.consumers(tx, provider));
    }

    private Map<String, Capacity> capacities(UUID provider) {
        return database.inTransaction(tx -> placement.capacities(tx, provider));
    }

    private void claim(UUID consumer, UUID host, long vcpus, long memory) {
        database.run(tx ->
                placement.claim(
                        tx,
                        consumer,
                        host,
                        Map.of("VCPU", vcpus, "MEMORY_MB", memory, "DISK_GB", 0L),
                        "project",
                        "user"));
    }

    @Test
    void aClaimTakesAndAReleaseGivesBack() {
        UUID host = host(4, 4096);
        UUID server = UUID.randomUUID();
        claim(server, host, 2, 1024);
        Map<String, Capacity> capacities = capacities(host);
        assertThat(capacities.get("VCPU")).extracting("used").isEqualTo(2L);
        assertThat(allocations(server))
                .isEqualTo(Map.of(host, Map.of("VCPU", 2L, "MEMORY_MB", 1024L)));
        assertThat(consumers(host)).containsOnlyKeys(server);
        database.run(tx -> placement.release(tx, server));
        database.run(tx -> placement.release(tx, server));
        assertThat(consumers(host)).isEmpty();
    }

    @Test
    void aClaimReplacesWhatWasHeldOfTheSameProviderOnly() {
        UUID source = host(2, 4096);
        UUID target = host(1, 4096);
        UUID server = UUID.randomUUID();
        claim(server, source, 2, 1024);
        claim(server, source, 1, 3584);
        claim(server, target, 1, 3584);
        assertThat(allocations(server)).containsOnlyKeys(source, target);
        database.run(tx -> placement.release(tx, server, source));
        assertThat(allocations(server)).containsOnlyKeys(target);
        database.run(tx -> placement.release(tx, server, target));
        assertThat(allocations(server)).isEmpty();
    }

    @Test
    void aRefusedClaimSaysWhyAndChangesNothing() {
        UUID host = host(1, 1024);
        UUID server = UUID.randomUUID();
        assertThatThrownBy(() -> claim(server, host, 1, 513))
                .isInstanceOf(CapacityExceeded.class)
                .hasMessageContaining("MEMORY_MB: 513 wanted, 512 free of 512");
        assertThatThrownBy(() -> claim(server, UUID.randomUUID(), 1, 1))
                .isInstanceOf(CapacityExceeded.class);
        assertThat(allocations(server)).isEmpty();
    }

    @Test
    void concurrentClaimsFillTheHostExactly() throws Exception {
        UUID host = host(10, 1 << 20);
        List<Future<?>> claims = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                claims.add(threads.submit(() -> claim(UUID.randomUUID(), host, 1, 16)));
            }
        }
        int accepted = 0;
        for (Future<?> claim : claims) {
            try {
                claim.get();
                accepted++;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(CapacityExceeded.class);
            }
        }
        assertThat(accepted).isEqualTo(20);
        assertThat(capacities(host).get("VCPU")).extracting("used").isEqualTo(20L);
    }

    @Test
    void everyProviderIsAcceptedOrRejectedWithItsReason() {
        UUID small = host(1, 1024);
        UUID large = host(16, 65536);
        UUID plain = host(16, 65536);
        UUID aggregate = UUID.randomUUID();
        database.run(tx -> {
            placement.putTraits(tx, large, Set.of("CUSTOM_FAST", "HW_CPU_X86_AVX2"));
            placement.putTraits(tx, small, Set.of("CUSTOM_FAST"));
            placement.putAggregates(tx, large, Set.of(aggregate));
        });
        Candidates found =
                database.inTransaction(tx ->
                        placement.candidates(
                                tx,
                                new CandidateQuery(
                                        Map.of("VCPU", 8L),
                                        Set.of("CUSTOM_FAST"),
                                        Set.of(),
                                        List.of())));
        assertThat(found.accepted()).extracting(Candidate::provider).containsExactly(large);
        assertThat(reason(found, small))
                .isEqualTo("VCPU: 8 wanted, at most 1 may be taken by one consumer");
        assertThat(reason(found, plain)).isEqualTo("lacks the required trait CUSTOM_FAST");
        Candidates inAggregate =
                database.inTransaction(tx ->
                        placement.candidates(
                                tx,
                                new CandidateQuery(
                                        Map.of("VCPU", 8L),
                                        Set.of(),
                                        Set.of("CUSTOM_FAST"),
                                        List.of(Set.of(aggregate)))));
        assertThat(inAggregate.accepted()).isEmpty();
        assertThat(reason(inAggregate, large)).isEqualTo("has the forbidden trait CUSTOM_FAST");
    }

    private static String reason(Candidates found, UUID provider) {
        return found.rejected().stream()
                .filter(rejected -> rejected.provider().equals(provider))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void aClassInUseIsNeverDropped() {
        UUID host = host(4, 4096);
        UUID server = UUID.randomUUID();
        claim(server, host, 1, 16);
        database.run(tx ->
                placement.putInventory(tx, host, Map.of("MEMORY_MB", Inventory.of(2048, 0, 1.0))));
        Map<String, Capacity> capacities = capacities(host);
        assertThat(
                        capacities.values().stream()
                                .filter(capacity -> capacity.used() == 1)
                                .mapToLong(capacity -> capacity.inventory().capacity()))
                .containsExactly(0L);
        assertThatThrownBy(() -> database.run(tx -> placement.removeProvider(tx, host)))
                .hasMessageContaining("has allocations");
        database.run(tx -> {
            placement.release(tx, server);
            placement.removeProvider(tx, host);
        });
        Optional<String> name = database.inTransaction(tx -> placement.providerName(tx, host));
        assertThat(name).isEmpty();
    }
}
