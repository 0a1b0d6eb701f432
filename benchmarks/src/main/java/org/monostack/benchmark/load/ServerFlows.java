package org.monostack.benchmark.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Boots and deletes servers, one at a time and many at once. */
final class ServerFlows {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Endpoint cloud;
    private final Fixture fixture;
    private final Results results;
    private final CloudProcesses processes;

    ServerFlows(Endpoint cloud, Fixture fixture, Results results, CloudProcesses processes) {
        this.cloud = cloud;
        this.fixture = fixture;
        this.results = results;
        this.processes = processes;
    }

    private Call boot(String name, int count) {
        ObjectNode body = Json.object();
        ObjectNode server = body.putObject("server");
        server.put("name", name);
        server.put("flavorRef", fixture.flavor());
        server.put("imageRef", fixture.image());
        server.putArray("networks").addObject().put("uuid", fixture.network());
        if (count > 1) {
            server.put("min_count", count).put("max_count", count);
        }
        return cloud.call("POST", "compute", "/servers").with(Json.write(body));
    }

    /** Boots servers one after another, then deletes them one after another. */
    void oneByOne(Client client, int count) throws IOException {
        Latencies posts = new Latencies();
        Latencies active = new Latencies();
        Latencies gone = new Latencies();
        List<String> ids = new ArrayList<>();
        double cpuBefore = processes.cpuMillis();
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            String id =
                    Fixture.send(client, boot(Fixture.PREFIX + "one-" + i, 1))
                            .path("server")
                            .path("id")
                            .asString("");
            posts.add(System.nanoTime() - begun, true);
            active.add(awaitActive(client, id) - begun, true);
            ids.add(id);
        }
        double cpuBetween = processes.cpuMillis();
        for (String id : ids) {
            long begun = System.nanoTime();
            Call delete = cloud.call("DELETE", "compute", "/servers/" + id);
            client.send(delete).orFail(delete);
            Call show = cloud.call("GET", "compute", "/servers/" + id);
            await(() -> client.send(show).status() == 404, 2);
            gone.add(System.nanoTime() - begun, true);
        }
        results.flow("boot", "POST_servers_p50", posts.millis(0.5) / 1e3, "s", count);
        results.flow("boot", "to_ACTIVE_p50", active.millis(0.5) / 1e3, "s", count);
        results.flow("boot", "to_ACTIVE_p99", active.millis(0.99) / 1e3, "s", count);
        results.flow("boot", "DELETE_to_gone_p50", gone.millis(0.5) / 1e3, "s", count);
        results.flow("boot", "DELETE_to_gone_p99", gone.millis(0.99) / 1e3, "s", count);
        results.flow("boot", "cloud_cpu_per_boot", (cpuBetween - cpuBefore) / count, "ms", count);
    }

    private long awaitActive(Client client, String id) throws IOException {
        Call show = cloud.call("GET", "compute", "/servers/" + id);
        await(
                () -> {
                    String status =
                            Fixture.send(client, show).path("server").path("status").asString("");
                    if (status.equals("ERROR")) {
                        throw new IllegalStateException("server " + id + " ended in ERROR");
                    }
                    return status.equals("ACTIVE");
                },
                2);
        return System.nanoTime();
    }

    /** As many clients as servers boot one each; then as many delete one each. */
    void atOnce(Client client, int count) throws IOException {
        String flow = "boot" + count;
        String prefix = Fixture.PREFIX + flow + "-";
        double cpuBefore = processes.cpuMillis();
        long begun = System.nanoTime();
        Sample posts =
                new ClosedLoop(count, PATIENCE, count).run(i -> boot(prefix + i, 1), processes);
        double accepted = (System.nanoTime() - begun) / 1e9;
        awaitNone(client, "BUILD", prefix);
        double active = (System.nanoTime() - begun) / 1e9;
        double cpuBetween = processes.cpuMillis();
        List<String> ids = ids(client, prefix);
        int failed = ids(client, prefix + "&status=ERROR").size();
        results.flow(flow, "POST_servers_p50", posts.p50() / 1e3, "s", count);
        results.flow(flow, "POST_servers_p99", posts.p99() / 1e3, "s", count);
        results.flow(flow, "all_accepted", accepted, "s", count);
        results.flow(flow, "all_ACTIVE", active, "s", count);
        results.flow(flow, "errors", posts.errors() + failed, "n", count);
        results.flow(flow, "cloud_cpu_per_boot", (cpuBetween - cpuBefore) / count, "ms", count);
        double seconds = delete(client, ids, prefix, Math.min(count, 50));
        results.flow(flow, "delete_all_gone", seconds, "s", ids.size());
    }

    private double delete(Client client, List<String> ids, String prefix, int clients)
            throws IOException {
        long begun = System.nanoTime();
        new ClosedLoop(clients, PATIENCE, ids.size())
                .run(i -> cloud.call("DELETE", "compute", "/servers/" + ids.get(i)), processes);
        await(() -> ids(client, prefix).isEmpty(), 10);
        return (System.nanoTime() - begun) / 1e9;
    }

    /**
     * Boots so many more, a hundred by each request, or as many as can be done in this time.
     *
     * @return how many were made
     */
    int fill(Client client, int more, Duration limit) throws IOException {
        int each = Math.min(more, 100);
        String prefix = Fixture.PREFIX + "fill-";
        long begun = System.nanoTime();
        int requests = more / each;
        Sample posts =
                new ClosedLoop(2, limit, requests)
                        .run(i -> boot(prefix + begun + "-" + i, each), processes);
        if (posts.errors() > 0) {
            throw new IllegalStateException("the cloud refuses so many servers");
        }
        awaitNone(client, "BUILD", prefix);
        double seconds = (System.nanoTime() - begun) / 1e9;
        int made = posts.requests() * each;
        results.flow("fill", "servers_per_second_by_hundreds", made / seconds, "/s", made);
        return made;
    }

    /** Deletes every server of the benchmark. */
    void clear(Client client) throws IOException {
        while (true) {
            List<String> ids = ids(client, Fixture.PREFIX);
            if (ids.isEmpty()) {
                return;
            }
            new ClosedLoop(8, PATIENCE, ids.size())
                    .run(i -> cloud.call("DELETE", "compute", "/servers/" + ids.get(i)), processes);
            await(() -> !ids(client, Fixture.PREFIX).equals(ids), 100);
        }
    }

    private void awaitNone(Client client, String status, String prefix) throws IOException {
        await(() -> ids(client, prefix + "&status=" + status, 1).isEmpty(), 20);
    }

    /** Of the servers whose names begin so, a page at most. */
    private List<String> ids(Client client, String prefixAndFilters) throws IOException {
        return ids(client, prefixAndFilters, 1_000);
    }

    private List<String> ids(Client client, String prefixAndFilters, int most) throws IOException {
        List<String> ids = new ArrayList<>();
        for (JsonNode server :
                Fixture.send(
                                client,
                                cloud.call(
                                        "GET",
                                        "compute",
                                        "/servers?limit=" + most + "&name=" + prefixAndFilters))
                        .path("servers")) {
            ids.add(server.path("id").asString(""));
        }
        return ids;
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    private static void await(Check check, int pauseMillis) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!check.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + PATIENCE);
            }
            try {
                Thread.sleep(pauseMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
