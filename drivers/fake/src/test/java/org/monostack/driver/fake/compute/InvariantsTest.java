package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.network.spi.NetworkDriver.IntentKind;
import org.monostack.platform.invariant.CheckResult;
import org.monostack.platform.invariant.Finding;
import org.monostack.platform.invariant.Invariants;

/** Every invariant, broken behind the program's back: it is found, and where possible repaired. */
class InvariantsTest {
    private static ComputeFixture cloud;
    private static Invariants invariants;

    @BeforeAll
    static void start() {
        cloud = new ComputeFixture();
        invariants =
                new Invariants(
                        Stream.of(
                                        cloud.operations.invariants(),
                                        cloud.image.invariants(),
                                        cloud.placement.invariants(),
                                        cloud.network.invariants(),
                                        cloud.compute.invariants())
                                .flatMap(List::stream)
                                .toList(),
                        new Invariants.Pace(Duration.ofMinutes(10), Duration.ofMillis(20)));
    }

    @AfterAll
    static void stop() {
        invariants.close();
        cloud.close();
    }

    @Test
    void aHealthyServerIsNotFoundWanting() {
        String server = cloud.active("healthy");
        assertThat(findings(false)).noneMatch(finding -> finding.words().contains(server));
        assertThat(invariants.latest())
                .allSatisfy(result -> assertThat(result.trouble()).isEmpty());
    }

    @Test
    void anActiveServerWithoutItsMachineIsShownAsItIs() {
        String server = cloud.active("unplugged");
        cloud.hypervisor.destroy(UUID.fromString(server));
        assertRepaired("compute.machines", server);
        assertThat(cloud.show(server).path("status").asString()).isEqualTo("SHUTOFF");
    }

    @Test
    void whatALostServerLeavesIsTakenAway() {
        String server = cloud.active("lost");
        String port = sqlText("select id from network.port where device_id = '" + server + "'");
        sql("update compute.server set deleted = true where id = '" + server + "'");
        List<Finding> seen = findings(false);
        assertThat(of(seen, "compute.machines", server)).hasSize(1);
        assertThat(of(seen, "compute.disks", server)).hasSize(1);
        assertThat(of(seen, "compute.allocations", server)).hasSize(1);
        assertThat(of(seen, "compute.ports", port)).hasSize(1);
        assertThat(cloud.hypervisor.state(UUID.fromString(server))).isPresent();

        findings(true);

        assertThat(findings(false))
                .noneMatch(finding -> List.of(server, port).contains(finding.resourceId()));
        assertThat(cloud.hypervisor.state(UUID.fromString(server))).isEmpty();
        assertThat(count("network.port where id = '" + port + "'")).isZero();
        assertThat(count("placement.allocation where consumer_id = '" + server + "'")).isZero();
    }

    @Test
    void aStrangersMachineIsToldAndStays() {
        UUID stranger = UUID.randomUUID();
        cloud.hypervisor.defineStranger(stranger);
        assertThat(of(findings(true), "compute.strangers", stranger.toString()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.repairable()).isFalse());
        assertThat(cloud.hypervisor.strangers()).contains(stranger);
    }

    @Test
    void aServerThatLostANetworkDeviceIsTold() {
        String server = cloud.active("unwired");
        String port = sqlText("select id from network.port where device_id = '" + server + "'");
        cloud.networkDriver.unplug(UUID.fromString(port));
        assertThat(of(findings(true), "compute.devices", port))
                .singleElement()
                .satisfies(finding -> assertThat(finding.repairable()).isFalse());
        cloud.action(server, "{'reboot': {'type': 'HARD'}}");
        cloud.awaitStatus(server, "ACTIVE");
        assertThat(of(findings(false), "compute.devices", port)).isEmpty();
    }

    @Test
    void aDeviceOfNoPortIsTakenAway() {
        String server = cloud.active("wired");
        String port = sqlText("select id from network.port where device_id = '" + server + "'");
        sql("update network.port set device_id = '', attached_at = null where id = '" + port + "'");
        assertRepaired("compute.devices", port);
        assertThat(cloud.networkDriver.plugged()).doesNotContain(UUID.fromString(port));
    }

    @Test
    void aTaskThatNobodyWorksOnIsEnded() {
        String server = cloud.active("abandoned");
        sql("update compute.server set task_state = 'powering-off' where id = '" + server + "'");
        assertRepaired("compute.tasks", server);
        assertThat(cloud.show(server).path("status").asString()).isEqualTo("ACTIVE");
        assertThat(cloud.show(server).path("OS-EXT-STS:task_state").isNull()).isTrue();

        sql("update compute.server set vm_state = 'building' where id = '" + server + "'");
        assertRepaired("compute.tasks", server);
        assertThat(cloud.show(server).path("status").asString()).isEqualTo("ERROR");

        sql("update compute.server set task_state = 'deleting' where id = '" + server + "'");
        assertRepaired("compute.tasks", server);
        cloud.awaitGone(server);
    }

    @Test
    void anActionThatNobodyWorksOnIsEnded() {
        String server = cloud.active("endless");
        String request =
                sqlText(
                        "select request_id from compute.server_action where server_id = '"
                                + server
                                + "'");
        sql(
                "update compute.server_action set finished_at = null where server_id = '"
                        + server
                        + "'");
        assertRepaired("compute.actions", server + "/" + request);
    }

    @Test
    void aServerThatHoldsNothingClaimsItsShare() {
        String server = cloud.active("weightless");
        sql("delete from placement.allocation where consumer_id = '" + server + "'");
        assertThat(of(findings(false), "placement.consumers", server)).hasSize(1);
        assertRepaired("compute.unallocated", server);
        assertThat(count("placement.allocation where consumer_id = '" + server + "'")).isPositive();
    }

    @Test
    void whatIsCountedForQuotasFollowsTheFlavor() {
        String server = cloud.active("miscounted");
        sql("update compute.server set vcpus = 99 where id = '" + server + "'");
        assertRepaired("compute.quota", server);
        assertThat(count("compute.server where vcpus = 99")).isZero();
    }

    @Test
    void aConsumerThatHoldsNothingIsForgotten() {
        String id = UUID.randomUUID().toString();
        sql(
                "insert into placement.consumer (id, project_id, user_id, generation, created_at,"
                        + " updated_at, revision) values ('"
                        + id
                        + "', 'p', 'u', 1, now(), now(), 0)");
        assertRepaired("placement.consumers", id);
    }

    @Test
    void aProviderThatGaveMoreThanItHasIsFound() {
        cloud.active("heavy");
        String provider =
                sqlText("select id from placement.provider where name = '" + cloud.host + "'");
        String where = " where resource_class = 'VCPU' and provider_id = '" + provider + "'";
        String total = sqlText("select total from placement.inventory" + where);
        sql("update placement.inventory set total = 0" + where);
        List<Finding> found = of(findings(true), "placement.capacity", provider);
        sql("update placement.inventory set total = " + total + where);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().repairable()).isFalse();
        assertThat(of(findings(false), "placement.capacity", provider)).isEmpty();
    }

    @Test
    void anAddressOfNoPortIsFreed() {
        String subnet =
                sqlText(
                        "select id from network.subnet where network_id = '"
                                + cloud.networkId
                                + "'");
        cloud.database.run(tx -> {
            tx.sql().execute("set foreign_key_checks = 0");
            tx.sql()
                    .execute(
                            "insert into network.ip_allocation (subnet_id, address, port_id,"
                                    + " network_id, position) values ('"
                                    + subnet
                                    + "', '10.0.0.250', '"
                                    + UUID.randomUUID()
                                    + "', '"
                                    + cloud.networkId
                                    + "', 0)");
            tx.sql().execute("set foreign_key_checks = 1");
        });
        assertRepaired("network.addresses", subnet + "/10.0.0.250");
    }

    @Test
    void aFloatingIpThatLeadsNowhereIsLetGo() {
        String server = cloud.active("floating");
        String port = sqlText("select id from network.port where device_id = '" + server + "'");
        String id = UUID.randomUUID().toString();
        sql(
                "insert into network.floating_ip (id, project_id, description, floating_network_id,"
                        + " floating_ip_address, floating_port_id, port_id, fixed_ip_address, status,"
                        + " created_at, updated_at, revision) values ('"
                        + id
                        + "', 'p', '', '"
                        + cloud.networkId
                        + "', '203.0.113.5', '"
                        + port
                        + "', '"
                        + UUID.randomUUID()
                        + "', '10.0.0.9', 'ACTIVE', now(), now(), 0)");
        assertRepaired("network.floating-ips", id);
        assertThat(count("network.floating_ip where port_id is null and id = '" + id + "'"))
                .isOne();
        sql("delete from network.floating_ip where id = '" + id + "'");
    }

    @Test
    void aRouterPortWithoutRouterAndAddressIsFound() {
        String server = cloud.active("adrift");
        String port = sqlText("select id from network.port where device_id = '" + server + "'");
        sql(
                "update network.port set device_owner = 'network:router_interface', device_id = 'x'"
                        + " where id = '"
                        + port
                        + "'");
        sql("delete from network.ip_allocation where port_id = '" + port + "'");
        List<Finding> found = findings(true);
        sql("delete from network.port where id = '" + port + "'");
        assertThat(of(found, "network.router-ports", port)).hasSize(1);
        assertThat(of(found, "network.port-addresses", port)).hasSize(1);
    }

    @Test
    void aChangeThatDoesNotReachTheDataPlaneIsFoundWithItsReason() {
        String id = UUID.randomUUID().toString();
        sql(
                "insert into network.pending_change (kind, resource_id, stamp, attempts, due_at,"
                        + " requested_at, failure) values ('PORT', '"
                        + id
                        + "', 's', 7, '2999-01-01', '2020-01-01', 'it would not fit')");
        List<Finding> found = of(findings(false), "network.pending", id);
        sql("delete from network.pending_change where resource_id = '" + id + "'");
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().words()).contains("it would not fit");
    }

    @Test
    void whatTheDataPlaneLostIsPutBack() {
        ComputeFixture.await(
                () -> cloud.networkDriver.realised(IntentKind.NETWORK, cloud.networkId));
        cloud.networkDriver.remove(IntentKind.NETWORK, cloud.networkId);
        assertRepaired("network.data-plane", cloud.networkId.toString());
        assertThat(cloud.networkDriver.realised(IntentKind.NETWORK, cloud.networkId)).isTrue();
    }

    @Test
    void imagesAndTheirFilesBelongTogether() throws IOException {
        String image = cloud.imageId.toString();
        String key = sqlText("select content_key from image.image where id = '" + image + "'");
        Path contents = cloud.directory.resolve("images/contents");
        byte[] content = Files.readAllBytes(contents.resolve(key));

        content[17] = 1;
        Files.write(contents.resolve(key), content);
        assertThat(of(findings(false), "image.checksum", image)).hasSize(1);
        assertThat(of(findings(false), "image.content", image)).isEmpty();
        Files.write(contents.resolve(key), new byte[7]);
        assertThat(of(findings(false), "image.content", image)).hasSize(1);
        Files.delete(contents.resolve(key));
        assertThat(of(findings(false), "image.content", image)).hasSize(1);
        content[17] = 0;
        Files.write(contents.resolve(key), content);
        assertThat(of(findings(false), "image.content", image)).isEmpty();

        UUID stray = UUID.randomUUID();
        Files.write(contents.resolve(stray.toString()), content);
        assertRepaired("image.files", stray.toString());
        assertThat(contents.resolve(stray.toString())).doesNotExist();
    }

    @Test
    void operationsThatNobodyHoldsOrThatStandStillAreFound() {
        String id = UUID.randomUUID().toString();
        sql(
                "insert into operation.durable_operation (id, kind, resource_type, resource_id,"
                        + " payload, request_id, state, step, attempts, owner, generation, lease_until,"
                        + " due_at, created_at, updated_at, unfinished) values ('"
                        + id
                        + "', 'nobody.knows', 'thing', 'x', '{}', 'req-x', 'RUNNING', 0, 0, 'ghost', 1,"
                        + " '2020-01-01', '2999-01-01', '2020-01-01', '2020-01-01', true)");
        assertThat(of(findings(false), "operation.progress", id)).hasSize(1);
        assertRepaired("operation.lease", id);
        sql("delete from operation.durable_operation where id = '" + id + "'");
    }

    private static void assertRepaired(String check, String id) {
        List<Finding> before = of(findings(false), check, id);
        assertThat(before).hasSize(1);
        assertThat(before.getFirst().repairable()).isTrue();
        assertThat(before.getFirst().repaired()).isFalse();
        List<Finding> now = of(findings(true), check, id);
        assertThat(now).hasSize(1);
        assertThat(now.getFirst().repaired()).isTrue();
        assertThat(of(findings(false), check, id)).isEmpty();
    }

    private static List<Finding> findings(boolean repair) {
        return invariants.examine(repair).stream()
                .map(CheckResult::findings)
                .flatMap(List::stream)
                .toList();
    }

    private static List<Finding> of(List<Finding> findings, String check, String id) {
        return findings.stream()
                .filter(finding -> finding.check().equals(check))
                .filter(finding -> finding.resourceId().equals(id))
                .toList();
    }

    private static void sql(String statement) {
        cloud.database.run(tx -> tx.sql().execute(statement));
    }

    private static String sqlText(String query) {
        return cloud.database.inTransaction(
                tx -> String.valueOf(tx.sql().fetch(query).getFirst().get(0)));
    }

    private static long count(String from) {
        return Long.parseLong(sqlText("select count(*) from " + from));
    }
}
