package org.monostack.benchmark.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/** Makes and deletes networks and ports. */
final class NetworkFlows {

    private final Endpoint cloud;
    private final Fixture fixture;
    private final Results results;
    private final CloudProcesses processes;

    NetworkFlows(Endpoint cloud, Fixture fixture, Results results, CloudProcesses processes) {
        this.cloud = cloud;
        this.fixture = fixture;
        this.results = results;
        this.processes = processes;
    }

    /** With one client, then with sixteen. */
    void run(Client client, Duration duration, int most) throws IOException {
        String port = "{\"port\": {\"name\": \"%sport\", \"network_id\": \"%s\"}}";
        String body = port.formatted(Fixture.PREFIX, fixture.network());
        createAndDelete(client, "port", duration, most, i -> body);
        createAndDelete(client, "network", duration, most, i -> Fixture.network("net"));
    }

    private void createAndDelete(
            Client client, String kind, Duration duration, int most, IntFunction<String> body)
            throws IOException {
        String collection = "/" + kind + "s";
        Call create = cloud.call("POST", "network", collection);
        String name = Fixture.PREFIX + (kind.equals("network") ? "net" : kind);
        for (int clients : List.of(1, 16)) {
            // Before the first measurement a few unmeasured ones, as for requests.
            if (clients == 1) {
                new ClosedLoop(1, duration.dividedBy(2), most / 4)
                        .run(i -> create.with(body.apply(i)), processes);
            }
            results.request(
                    kind + "_create",
                    0,
                    clients,
                    new ClosedLoop(clients, duration, most)
                            .run(i -> create.with(body.apply(i)), processes));
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode each :
                Fixture.send(
                                client,
                                cloud.call(
                                        "GET", "network", collection + "?fields=id&name=" + name))
                        .path(kind + "s")) {
            ids.add(each.path("id").asString(""));
        }
        int few = Math.min(ids.size() / 4, most / 2);
        results.request(
                kind + "_delete",
                0,
                1,
                new ClosedLoop(1, duration, few)
                        .run(i -> delete(collection, ids.get(i)), processes));
        results.request(
                kind + "_delete",
                0,
                16,
                new ClosedLoop(16, Duration.ofMinutes(5), ids.size() - few)
                        .run(i -> delete(collection, ids.get(few + i)), processes));
    }

    private Call delete(String collection, String id) {
        return cloud.call("DELETE", "network", collection + "/" + id);
    }
}
