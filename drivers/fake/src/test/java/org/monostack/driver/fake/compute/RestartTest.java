package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.monostack.compute.spi.Hypervisor.PowerState;

/** What was accepted before the process ended is done by the next one. */
class RestartTest {

    @Test
    void anAcceptedBootAndAnAcceptedDeletionSurviveTheProcess() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String doomed = cloud.active("doomed");
            cloud.operations.close();
            String boot = cloud.create(cloud.member, cloud.minimal("boot"));
            String cancelled = cloud.create(cloud.member, cloud.minimal("cancelled"));
            cloud.member.delete("/v2.1/servers/" + cancelled).expect(204);
            cloud.member.delete("/v2.1/servers/" + doomed).expect(204);
            assertThat(cloud.show(boot).path("status").asString()).isEqualTo("BUILD");
            assertThat(cloud.show(doomed).path("OS-EXT-STS:task_state").asString())
                    .isEqualTo("deleting");

            try (ComputeFixture.Successor next = cloud.successor()) {
                cloud.awaitStatus(boot, "ACTIVE");
                cloud.awaitGone(cancelled);
                cloud.awaitGone(doomed);
                for (String id : List.of(cancelled, doomed)) {
                    assertThat(cloud.hypervisor.state(UUID.fromString(id))).isEmpty();
                    cloud.database.run(tx -> {
                        assertThat(cloud.network.networks().ofServer(tx, UUID.fromString(id)))
                                .isEmpty();
                        assertThat(cloud.placement.placement().allocations(tx, UUID.fromString(id)))
                                .isEmpty();
                    });
                }
            }
        }
    }

    @Test
    void serversThatRanAreStartedAgainWithTheHost() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("resumed");
            cloud.operations.close();
            cloud.compute.close();
            cloud.hypervisor.rebootHost();
            try (ComputeFixture.Successor next = cloud.successor()) {
                ComputeFixture.await(() ->
                        cloud.hypervisor
                                .state(UUID.fromString(id))
                                .equals(java.util.Optional.of(PowerState.RUNNING)));
                cloud.awaitStatus(id, "ACTIVE");
            }
        }
    }

    @Test
    void aServerThatPoweredItselfOffMeanwhileStaysOff() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            String id = cloud.active("off");
            cloud.operations.close();
            cloud.compute.close();
            cloud.hypervisor.stop(UUID.fromString(id), Duration.ZERO);
            try (ComputeFixture.Successor next = cloud.successor()) {
                cloud.awaitStatus(id, "SHUTOFF");
                next.compute().reconcile();
                assertThat(cloud.hypervisor.state(UUID.fromString(id))).contains(PowerState.OFF);
            }
        }
    }
}
