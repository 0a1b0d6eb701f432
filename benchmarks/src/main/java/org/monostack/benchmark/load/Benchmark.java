package org.monostack.benchmark.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** One run of everything that was asked for, in an order that leaves the cloud growing. */
public final class Benchmark {

    /**
     * What is asked for.
     *
     * @param cases names of requests, or {@code identity}, {@code boot}, {@code network}; empty for
     *     all
     * @param sizes numbers of servers, each with a port, to measure lists at; rising
     * @param users how many users identity's part makes
     * @param assignments how many role assignments it makes
     * @param atOnce how many servers to boot at once
     * @param duration of one closed loop
     * @param warmUp before it, not measured
     * @param fillLimit how long it may take to reach one of the sizes
     * @param raiseQuotas whether to lift the project's quotas first
     * @param leave whether the cloud is thrown away afterwards, so that nothing need be deleted
     */
    public record Plan(
            Set<String> cases,
            List<Integer> sizes,
            int users,
            int assignments,
            List<Integer> atOnce,
            Duration duration,
            Duration warmUp,
            Duration fillLimit,
            boolean raiseQuotas,
            boolean leave) {

        boolean wants(String name) {
            return cases.isEmpty() || cases.contains(name);
        }

        /** One request over and over, by one client and by sixteen, after a warm-up. */
        void measure(String name, int there, Call call, Results results, CloudProcesses processes) {
            new ClosedLoop(4, warmUp, MOST).run(i -> call, processes);
            for (int clients : List.of(1, 16)) {
                results.request(
                        name,
                        there,
                        clients,
                        new ClosedLoop(clients, duration, MOST).run(i -> call, processes));
            }
        }
    }

    private static final int BOOTS = 30;
    private static final int MOST = 1_000_000;

    private final Endpoint cloud;
    private final Plan plan;
    private final Results results;
    private final CloudProcesses processes;

    public Benchmark(Endpoint cloud, Plan plan, Results results, CloudProcesses processes) {
        this.cloud = cloud;
        this.plan = plan;
        this.results = results;
        this.processes = processes;
    }

    public void run() throws IOException {
        processes.recordMemory(results, "at_0");
        try (Client client = new Client()) {
            requests(0);
            if (plan.wants("identity")) {
                new IdentityFlows(cloud, plan, results, processes).run(client);
            }
            Fixture fixture = Fixture.make(cloud, client, plan.raiseQuotas());
            ServerFlows servers = new ServerFlows(cloud, fixture, results, processes);
            try {
                flows(client, fixture, servers);
                int there = 0;
                for (int size : plan.sizes()) {
                    there += servers.fill(client, size - there, plan.fillLimit());
                    requests(there);
                    processes.recordMemory(results, "at_" + there);
                    if (there < size) {
                        System.out.println("no time for " + size + " servers");
                        break;
                    }
                }
            } finally {
                if (!plan.leave()) {
                    servers.clear(client);
                    fixture.remove(cloud, client);
                }
            }
        }
    }

    private void flows(Client client, Fixture fixture, ServerFlows servers) throws IOException {
        if (plan.wants("boot")) {
            servers.oneByOne(client, BOOTS);
            for (int count : plan.atOnce()) {
                servers.atOnce(client, count);
            }
        }
        if (plan.wants("network")) {
            new NetworkFlows(cloud, fixture, results, processes).run(client, plan.duration(), 2000);
        }
    }

    private void requests(int size) {
        for (RequestCase each : RequestCase.ALL) {
            if (plan.wants(each.name()) && each.worthAt(size)) {
                plan.measure(each.name(), size, each.call().apply(cloud), results, processes);
            }
        }
    }
}
