package org.monostack.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TestServer;
import org.monostack.platform.testing.TokenTable;
import tools.jackson.databind.JsonNode;

/** Placement over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlacementApiTest {
    private static final String VERSION = "OpenStack-API-Version";

    @SuppressWarnings("NullAway.Init")
    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    private TestClient newest;

    @BeforeAll
    void open() {
        TokenTable tokens =
                new TokenTable()
                        .add("admin", "adminproject", "admin")
                        .add("user", "userproject", "member", "reader");
        server =
                TestServer.start(
                        new PlacementModule(TestDatabase.open("placement"), tokens, Map.of())
                                .httpService());
        newest = at("1.39");
    }

    @AfterAll
    void close() {
        server.close();
    }

    private TestClient at(String version) {
        return server.client("admin").with(VERSION, "placement " + version);
    }

    private String provider() {
        String id = UUID.randomUUID().toString();
        newest.post("/resource_providers", "{'name':'" + id + "','uuid':'" + id + "'}").expect(200);
        return id;
    }

    private String host() {
        String id = provider();
        newest.put(
                        "/resource_providers/" + id + "/inventories",
                        "{'resource_provider_generation':0,'inventories':{"
                                + "'VCPU':{'total':8,'max_unit':4},'MEMORY_MB':{'total':4096}}}")
                .expect(200);
        return id;
    }

    private static String allocation(String host, String vcpus, String generation) {
        return "{'allocations':{'"
                + host
                + "':{'resources':{'VCPU':"
                + vcpus
                + "}}},'project_id':'p-"
                + host
                + "','user_id':'u','consumer_type':'INSTANCE','consumer_generation':"
                + generation
                + "}";
    }

    @Test
    void theRootIsOpenAndTellsTheVersions() {
        JsonNode version = server.anonymous().get("/").expect(200).json().path("versions").get(0);
        assertThat(version.path("max_version").asString()).isEqualTo("1.39");
        server.anonymous().get("/resource_providers").expect(401);
        server.client("user").get("/resource_providers").expect(403);
    }

    @Test
    void providersHaveGenerationsAndLinks() {
        String id = provider();
        JsonNode provider = newest.get("/resource_providers/" + id).expect(200).json();
        assertThat(provider.path("generation").asInt()).isZero();
        assertThat(provider.path("root_provider_uuid").asString()).isEqualTo(id);
        assertThat(provider.path("links")).hasSize(6);
        assertThat(at("1.0").get("/resource_providers/" + id).json().path("links")).hasSize(3);
        JsonNode conflict =
                newest.post("/resource_providers", "{'name':'" + id + "'}").expect(409).json();
        assertThat(conflict.path("errors").get(0).path("code").asString())
                .isEqualTo("placement.duplicate_name");
        newest.delete("/resource_providers/" + id).expect(204);
        newest.get("/resource_providers/" + id).expect(404);
    }

    @Test
    void numbersBeyondAllRangesAreRefusedLikeWrongOnes() {
        String host = host();
        String huge = "9223372036854775808";
        for (String tags : new String[] {"traits", "aggregates", "inventories"}) {
            newest.put(
                            "/resource_providers/" + host + "/" + tags,
                            "{'resource_provider_generation':"
                                    + huge
                                    + ",'"
                                    + tags
                                    + "':"
                                    + (tags.equals("inventories") ? "{}" : "[]")
                                    + "}")
                    .expect(409);
        }
        newest.post(
                        "/reshaper",
                        "{'inventories':{'"
                                + host
                                + "':{'resource_provider_generation':"
                                + huge
                                + ",'inventories':{'VCPU':{'total':8}}}},'allocations':{}}")
                .expect(409);
        String consumer = "/allocations/" + UUID.randomUUID();
        newest.put(consumer, allocation(host, huge, "null")).expect(400);
        newest.put(consumer, allocation(host, "1", huge)).expect(409);
    }

    @Test
    void aTreeIsNotDeletedFromTheTop() {
        String parent = provider();
        String child = UUID.randomUUID().toString();
        newest.post(
                        "/resource_providers",
                        "{'name':'"
                                + child
                                + "','uuid':'"
                                + child
                                + "','parent_provider_uuid':'"
                                + parent
                                + "'}")
                .expect(200);
        assertThat(
                        newest.get("/resource_providers?in_tree=" + child)
                                .json()
                                .path("resource_providers"))
                .hasSize(2);
        newest.delete("/resource_providers/" + parent).expect(409);
        newest.put(
                        "/resource_providers/" + parent,
                        "{'name':'" + parent + "','parent_provider_uuid':'" + child + "'}")
                .expect(400);
        newest.put(
                        "/resource_providers/" + child,
                        "{'name':'" + child + "','parent_provider_uuid':null}")
                .expect(200);
        newest.delete("/resource_providers/" + parent).expect(204);
    }

    @Test
    void writersWithAnOldGenerationAreRefused() {
        String host = host();
        newest.put(
                        "/resource_providers/" + host + "/inventories/VCPU",
                        "{'resource_provider_generation':0,'total':2}")
                .expect(409);
        newest.put(
                        "/resource_providers/" + host + "/inventories/VCPU",
                        "{'resource_provider_generation':1,'total':2}")
                .expect(200);
        newest.put(
                        "/resource_providers/" + host + "/traits",
                        "{'resource_provider_generation':1,'traits':[]}")
                .expect(409);
    }

    @Test
    void allocationsAreTakenAndGivenBack() {
        String host = host();
        String path = "/allocations/" + UUID.randomUUID();
        newest.put(path, allocation(host, "2", "null")).expect(204);
        newest.put(path, allocation(host, "2", "null")).expect(409);
        newest.put(path, allocation(host, "3", "1")).expect(204);
        JsonNode held = newest.get(path).expect(200).json();
        assertThat(held.path("consumer_generation").asInt()).isEqualTo(2);
        assertThat(held.path("consumer_type").asString()).isEqualTo("INSTANCE");
        JsonNode usages =
                newest.get("/resource_providers/" + host + "/usages").json().path("usages");
        assertThat(usages.path("VCPU").asInt()).isEqualTo(3);
        assertThat(usages.path("MEMORY_MB").asInt()).isZero();
        JsonNode project = newest.get("/usages?project_id=p-" + host).json().path("usages");
        assertThat(project.path("INSTANCE").path("VCPU").asInt()).isEqualTo(3);
        assertThat(project.path("INSTANCE").path("consumer_count").asInt()).isEqualTo(1);
        newest.delete("/resource_providers/" + host).expect(409);
        newest.delete("/resource_providers/" + host + "/inventories").expect(409);
        newest.delete(path).expect(204);
        newest.delete(path).expect(404);
    }

    @ParameterizedTest
    @CsvSource({"5,409", "0,400", "-1,400", "'\"x\"',400", "99999999999,400"})
    void aBadAmountIsRefused(String amount, int status) {
        newest.put("/allocations/" + UUID.randomUUID(), allocation(host(), amount, "null"))
                .expect(status);
    }

    @Test
    void candidatesNameTheProvidersThatFit() {
        String host = host();
        newest.put("/traits/CUSTOM_ONLY_HERE").status();
        newest.put(
                        "/resource_providers/" + host + "/traits",
                        "{'resource_provider_generation':1,'traits':['CUSTOM_ONLY_HERE']}")
                .expect(200);
        JsonNode found =
                newest.get("/allocation_candidates?resources=VCPU:4&required=CUSTOM_ONLY_HERE")
                        .expect(200)
                        .json();
        assertThat(found.path("allocation_requests")).hasSize(1);
        assertThat(found.path("provider_summaries").path(host).path("resources").path("VCPU"))
                .hasToString("{\"capacity\":8,\"used\":0}");
        assertThat(
                        newest.get(
                                        "/allocation_candidates?resources=VCPU:5&required=CUSTOM_ONLY_HERE")
                                .json()
                                .path("allocation_requests"))
                .isEmpty();
        newest.delete("/traits/CUSTOM_ONLY_HERE").expect(409);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /allocation_candidates
                    /allocation_candidates?resources=
                    /allocation_candidates?resources=VCPU
                    /allocation_candidates?resources=VCPU:x
                    /allocation_candidates?resources=VCPU:0
                    /allocation_candidates?resources=NOTHING:1
                    /allocation_candidates?resources=VCPU:1&required=NOTHING
                    /allocation_candidates?resources=VCPU:1&limit=0
                    /allocation_candidates?resources=VCPU:1&member_of=x
                    /allocation_candidates?resources=VCPU:1&color=red
                    /allocation_candidates?resources1=VCPU:1&resources2=VCPU:1
                    /resource_providers?color=red
                    /resource_providers?in_tree=x
                    /resource_providers?resources=VCPU:0
                    /traits?name=x
                    /usages
                    """)
    void aBadQueryIsRefused(String path) {
        newest.get(path).expect(400);
    }

    @Test
    void bodiesAreHeldToTheirSchema() {
        newest.post("/resource_providers", "{'name':5}").expect(400);
        newest.post("/resource_providers", "{'name':'x','colour':'red'}").expect(400);
        newest.post("/resource_providers", "{").expect(400);
        newest.with("Content-Type", "text/plain").post("/resource_providers", "{}").expect(415);
        newest.post("/resource_classes", "{'name':'NOT_CUSTOM'}").expect(400);
        newest.put("/allocations/x", "{}").expect(400);
    }

    @Test
    void aNumberBeyondAllIntegersIsRefusedByName() {
        assertThat(
                        newest.post(
                                        "/resource_providers/" + provider() + "/inventories",
                                        "{'resource_class':'DISK_GB','total':1e308}")
                                .expect(400)
                                .text())
                .contains("total");
    }

    @Test
    void olderVersionsKnowLess() {
        at("1.5").get("/traits").expect(404);
        at("1.8").get("/usages?project_id=x").expect(404);
        at("1.9").get("/allocation_candidates?resources=VCPU:1").expect(404);
        at("1.40").get("/resource_providers").expect(406);
        JsonNode error = at("1.22").get("/resource_providers/x").expect(404).json();
        assertThat(error.path("errors").get(0).has("code")).isFalse();
    }

    @Test
    void customClassesComeAndGo() {
        newest.put("/resource_classes/CUSTOM_GOLD").status();
        newest.put("/resource_classes/CUSTOM_GOLD").expect(204);
        newest.get("/resource_classes/CUSTOM_GOLD").expect(200);
        newest.delete("/resource_classes/CUSTOM_GOLD").expect(204);
        newest.delete("/resource_classes/CUSTOM_GOLD").expect(404);
        newest.delete("/resource_classes/VCPU").expect(400);
    }
}
