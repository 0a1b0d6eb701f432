package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.telemetry.Explainer;
import org.monostack.platform.telemetry.RequestJournal;
import org.monostack.platform.telemetry.Story;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestServer;

/** The story of a server, from whichever end it is asked for. */
class ExplanationTest {
    private static ComputeFixture cloud;
    private static RequestJournal journal;
    private static TestServer server;
    private static Explainer explainer;

    @BeforeAll
    static void start() {
        cloud = new ComputeFixture();
        journal = new RequestJournal(cloud.database);
        journal.start();
        server =
                TestServer.start(
                        List.of(new HttpServer.Binding("", cloud.compute.httpService())), journal);
        explainer =
                new Explainer(
                        cloud.database,
                        cloud.operations,
                        List.of(
                                cloud.compute.storyTeller(),
                                cloud.network.storyTeller(),
                                cloud.image.storyTeller()));
    }

    @AfterAll
    static void stop() {
        server.close();
        journal.close();
        cloud.close();
    }

    @Test
    void aBootIsToldInOrderFromEveryEnd() {
        String global = "req-" + UUID.randomUUID();
        TestClient.Answer answer =
                server.client("member-token")
                        .with("X-OpenStack-Request-ID", global)
                        .post("/v2.1/servers", "{'server': {" + cloud.minimal("told") + "}}")
                        .expect(202);
        String id = answer.json().path("server").path("id").asString();
        String request = answer.header("X-OpenStack-Request-Id").orElseThrow();
        assertThat(request).isNotEqualTo(global);
        cloud.awaitStatus(id, "ACTIVE");
        ComputeFixture.await(() -> told(id).contains("POST /v2.1/servers"));

        String story = told(id);
        assertThat(story)
                .contains(
                        "POST /v2.1/servers by member-token (user member-token, project "
                                + cloud.project)
                .contains("on behalf of " + global)
                .contains("allowed by os_compute_api:servers:create: ")
                .contains("scheduler: chose host " + cloud.host)
                .contains("compute.boot of server " + id + " accepted")
                .contains("plug-network: Success")
                .contains("start: Success")
                .contains("compute.boot succeeded");
        assertThat(story.indexOf("POST /v2.1/servers")).isLessThan(story.indexOf("chose host"));
        assertThat(story.indexOf("chose host")).isLessThan(story.indexOf("plug-network"));
        assertThat(story.indexOf("plug-network")).isLessThan(story.indexOf("succeeded"));

        String operation =
                explainer.explain(id).orElseThrow().entries().stream()
                        .filter(entry -> entry.kind() == Story.Kind.OPERATION)
                        .findFirst()
                        .orElseThrow()
                        .about();
        String port =
                cloud.admin
                        .get("/v2.1/servers/" + id + "/os-interface")
                        .expect(200)
                        .json()
                        .path("interfaceAttachments")
                        .path(0)
                        .path("port_id")
                        .asString();
        for (String end : List.of(request, global, operation, port)) {
            assertThat(told(end)).contains("POST /v2.1/servers").contains("compute.boot succeeded");
        }
        assertThat(explainer.explain(id).orElseThrow().subjects().getFirst().now())
                .contains("server told")
                .contains("active");
    }

    @Test
    void aRequestThatFailedSaysWhy() {
        TestClient.Answer answer =
                server.client("reader-token")
                        .post("/v2.1/servers", "{'server': {" + cloud.minimal("refused") + "}}")
                        .expect(403);
        String request = answer.header("X-OpenStack-Request-Id").orElseThrow();
        ComputeFixture.await(() -> explainer.explain(request).isPresent());
        assertThat(told(request))
                .contains(": 403: ")
                .contains("refused by os_compute_api:servers:create")
                .contains("to the roles reader");
    }

    @Test
    void noValidHostNamesEveryHostWithItsReason() {
        String flavor =
                cloud.admin
                        .post(
                                "/v2.1/flavors",
                                "{'flavor': {'name': 'vast-"
                                        + UUID.randomUUID()
                                        + "', 'ram': 64, 'vcpus': 1, 'disk': 9999999}}")
                        .expect(200)
                        .json()
                        .path("flavor")
                        .path("id")
                        .asString();
        String id =
                cloud.create(
                        cloud.member, cloud.minimal("vast").replace("'42'", "'" + flavor + "'"));
        assertThat(told(id)).contains("scheduler: no host will do").contains(cloud.host);
    }

    @Test
    void nobodyHasHeardOfARandomId() {
        assertThat(explainer.explain(UUID.randomUUID().toString())).isEmpty();
    }

    private static String told(String id) {
        return explainer
                .explain(id)
                .map(story ->
                        String.join(
                                "\n", story.entries().stream().map(Story.Entry::words).toList()))
                .orElse("");
    }
}
