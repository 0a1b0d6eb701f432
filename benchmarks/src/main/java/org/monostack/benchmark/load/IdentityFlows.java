package org.monostack.benchmark.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What identity does many times a second in a large cloud: tokens issued in all the ways that
 * programs use, many users, many role assignments, many tokens. Users and projects are made in a
 * domain of their own, so that one deletion takes them away.
 */
final class IdentityFlows {

    private static final int PROJECTS = 100;
    private static final int TOKENS = 1_000_000;
    private static final String SECRET = "a secret that nobody else has";

    private final Endpoint cloud;
    private final Benchmark.Plan plan;
    private final Results results;
    private final CloudProcesses processes;
    private final List<Measured> measured = new ArrayList<>();

    /** A case, at how many it was measured, and how long its answer was. */
    private record Measured(String name, int there, int length) {}

    IdentityFlows(Endpoint cloud, Benchmark.Plan plan, Results results, CloudProcesses processes) {
        this.cloud = cloud;
        this.plan = plan;
        this.results = results;
        this.processes = processes;
    }

    void run(Client client) throws IOException {
        String credential = credential(client);
        String domain =
                make(
                        client,
                        "domain",
                        Json.object().put("name", Fixture.PREFIX + System.currentTimeMillis()));
        try {
            measure(client, "token_issue", 0, cloud.login());
            measure(client, "token_issue_by_credential", 0, cloud.login(credential, SECRET));
            measure(client, "token_rescope", 0, cloud.rescope());
            measure(client, "token_validate", 0, cloud.validate());
            List<String> users = users(client, domain);
            measure(client, "users", users.size(), get("/users"));
            assignments(client, domain, users);
            fixed();
            tokens();
        } finally {
            client.send(
                    cloud.call(
                            "DELETE",
                            "identity",
                            "/users/" + cloud.userId() + "/application_credentials/" + credential));
            if (!plan.leave()) {
                Call disable = cloud.call("PATCH", "identity", "/domains/" + domain);
                client.send(disable.with("{\"domain\": {\"enabled\": false}}"));
                client.send(cloud.call("DELETE", "identity", "/domains/" + domain));
            }
        }
    }

    private Call get(String path) {
        return cloud.call("GET", "identity", path);
    }

    private void measure(Client client, String name, int there, Call call) throws IOException {
        measured.add(new Measured(name, there, client.send(call).orFail(call).body().length));
        plan.measure(name, there, call, results, processes);
    }

    private String credential(Client client) throws IOException {
        ObjectNode wanted = Json.object();
        wanted.putObject("application_credential")
                .put("name", Fixture.PREFIX + System.currentTimeMillis())
                .put("secret", SECRET);
        Call call =
                cloud.call(
                        "POST",
                        "identity",
                        "/users/" + cloud.userId() + "/application_credentials");
        return Fixture.send(client, call.with(Json.write(wanted)))
                .path("application_credential")
                .path("id")
                .asString("");
    }

    private String make(Client client, String kind, ObjectNode what) throws IOException {
        return Fixture.send(client, creation(kind, what)).path(kind).path("id").asString("");
    }

    private Call creation(String kind, ObjectNode what) {
        ObjectNode body = Json.object();
        body.set(kind, what);
        return cloud.call("POST", "identity", "/" + kind + "s").with(Json.write(body));
    }

    /** Makes as many users as asked for or as there is time for; they have no passwords. */
    private List<String> users(Client client, String domain) throws IOException {
        Sample made =
                new ClosedLoop(16, plan.fillLimit(), plan.users())
                        .run(
                                i ->
                                        creation(
                                                "user",
                                                Json.object()
                                                        .put("name", Fixture.PREFIX + i)
                                                        .put("domain_id", domain)),
                                processes);
        results.flow(
                "identity", "users_created_per_second", made.perSecond(), "/s", made.requests());
        List<String> ids = new ArrayList<>();
        for (JsonNode user :
                Fixture.send(client, get("/users?domain_id=" + domain)).path("users")) {
            ids.add(user.path("id").asString(""));
        }
        return ids;
    }

    private void assignments(Client client, String domain, List<String> users) throws IOException {
        List<String> projects = new ArrayList<>();
        for (int i = 0; i < PROJECTS; i++) {
            projects.add(
                    make(
                            client,
                            "project",
                            Json.object()
                                    .put("name", Fixture.PREFIX + i)
                                    .put("domain_id", domain)));
        }
        String role =
                Fixture.send(client, get("/roles?name=reader"))
                        .path("roles")
                        .path(0)
                        .path("id")
                        .asString("");
        Sample made =
                new ClosedLoop(16, plan.fillLimit(), plan.assignments())
                        .run(
                                i ->
                                        cloud.call(
                                                "PUT",
                                                "identity",
                                                "/projects/"
                                                        + projects.get(
                                                                (i + i / users.size()) % PROJECTS)
                                                        + "/users/"
                                                        + users.get(i % users.size())
                                                        + "/roles/"
                                                        + role),
                                processes);
        results.flow(
                "identity", "assignments_made_per_second", made.perSecond(), "/s", made.requests());
        int there = made.requests() - made.errors();
        measure(
                client,
                "role_assignments_of_user",
                there,
                get("/role_assignments?effective&user.id=" + users.getFirst()));
        measure(
                client,
                "role_assignments_of_project",
                there,
                get("/role_assignments?effective&scope.project.id=" + projects.getFirst()));
    }

    /** Answers as long as those that were measured, from the same server without any work. */
    private void fixed() throws IOException {
        try (FixedServer server = FixedServer.start()) {
            for (Measured each : measured) {
                plan.measure(
                        Report.FIXED + each.name(),
                        each.there(),
                        server.call(each.length()),
                        results,
                        server.processes());
            }
        }
    }

    /** Issues a million tokens, or as many as there is time for, and looks at the memory. */
    private void tokens() throws IOException {
        processes.recordMemory(results, "before_tokens");
        Call rescope = cloud.rescope();
        Sample issued = new ClosedLoop(16, plan.fillLimit(), TOKENS).run(i -> rescope, processes);
        results.flow("identity", "tokens_issued", issued.requests(), "tokens", issued.requests());
        processes.recordMemory(results, "after_tokens");
    }
}
