package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.identity.IdentityConfig.LimitModel;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Domains' own options, limits, and which policy is for what. */
class ConfigurationTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start(config -> config.withLimitModel(LimitModel.STRICT_TWO_LEVEL));
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static String id(TestClient.Answer answer, String kind) {
        return answer.expect(201).json().at("/" + kind + "/id").asString();
    }

    @Test
    void aDomainsOptionsAreKeptAndItsSecretsNeverShown() {
        TestClient admin = cloud.admin();
        String domain =
                id(admin.post("/domains", "{'domain':{'name':'" + unique("d") + "'}}"), "domain");
        String config = "/domains/" + domain + "/config";
        admin.get(config).expect(404);
        JsonNode made =
                admin.put(
                                config,
                                "{'config':{'ldap':{'url':'ldap://a','password':'hidden'},"
                                        + "'identity':{'driver':'ldap'}}}")
                        .expect(201)
                        .json();
        assertThat(made.toString()).doesNotContain("hidden").contains("ldap://a");
        admin.put(config, "{'config':{'ldap':{'url':'ldap://a','password':'hidden'}}}").expect(200);
        admin.get(config + "/identity").expect(404);
        admin.get(config + "/ldap/password").expect(404);
        assertThat(admin.get(config + "/ldap/url").expect(200).json().at("/config/url").asString())
                .isEqualTo("ldap://a");
        admin.put(config, "{'config':{'ldap':{'nonsense':1}}}").expect(403);
        admin.put(config, "{'config':{}}").expect(403);
        admin.patch(config + "/identity", "{'config':{'identity':{'driver':'sql'}}}").expect(404);
        admin.patch(config + "/ldap", "{'config':{'identity':{'driver':'sql'}}}").expect(403);
        admin.patch(config + "/ldap/url", "{'config':{'url':'ldap://b'}}").expect(200);
        admin.delete(config + "/ldap/url").expect(204);
        admin.delete(config + "/ldap/url").expect(404);
        admin.delete(config).expect(204);
        admin.get(config).expect(404);
        assertThat(
                        admin.get("/domains/config/default")
                                .expect(200)
                                .json()
                                .at("/config/identity/driver")
                                .asString())
                .isEqualTo("sql");
        admin.get("/domains/config/ldap/password/default").expect(403);
        cloud.demo().get("/domains/default/config/security_compliance").expect(200);
        cloud.demo().get("/domains/" + domain + "/config/security_compliance").expect(403);
    }

    @Test
    void limitsAreExceptionsThatFitTheirDomain() {
        TestClient admin = cloud.admin();
        String domain =
                id(admin.post("/domains", "{'domain':{'name':'" + unique("d") + "'}}"), "domain");
        String project =
                id(
                        admin.post(
                                "/projects",
                                "{'project':{'name':'p','domain_id':'" + domain + "'}}"),
                        "project");
        String service =
                id(
                        admin.post("/services", "{'service':{'type':'" + unique("s") + "'}}"),
                        "service");
        String limit =
                "{'limits':[{'service_id':'"
                        + service
                        + "','resource_name':'ram','%s':'%s',"
                        + "'resource_limit':%d}]}";
        admin.post("/limits", limit.formatted("project_id", project, 5)).expect(403);
        String registered =
                "{'registered_limits':[{'service_id':'"
                        + service
                        + "','resource_name':'ram','default_limit':10}]}";
        String registeredId =
                admin.post("/registered_limits", registered)
                        .expect(201)
                        .json()
                        .at("/registered_limits/0/id")
                        .asString();
        admin.post("/registered_limits", registered).expect(409);
        admin.post("/limits", limit.formatted("project_id", project, 11)).expect(403);
        String limitId =
                admin.post("/limits", limit.formatted("project_id", project, 8))
                        .expect(201)
                        .json()
                        .at("/limits/0/id")
                        .asString();
        admin.post("/limits", limit.formatted("project_id", project, 8)).expect(409);
        admin.post("/limits", limit.formatted("domain_id", domain, 7)).expect(403);
        admin.post("/limits", limit.formatted("domain_id", domain, 20)).expect(201);
        admin.patch("/limits/" + limitId, "{'limit':{'resource_limit':20}}").expect(200);
        admin.patch("/limits/" + limitId, "{'limit':{'resource_limit':21}}").expect(403);
        admin.delete("/registered_limits/" + registeredId).expect(403);
        assertThat(cloud.demo().get("/limits").expect(200).json().path("limits")).isEmpty();
        cloud.demo().get("/limits/" + limitId).expect(403);
        assertThat(admin.get("/limits/model").expect(200).json().at("/model/name").asString())
                .isEqualTo("strict_two_level");
        // Everything ends with what it is about.
        admin.delete("/projects/" + project).expect(204);
        admin.get("/limits/" + limitId).expect(404);
        admin.delete("/services/" + service).expect(204);
        admin.get("/registered_limits/" + registeredId).expect(404);
    }

    @Test
    void anEndpointHasThePolicyThatIsNearestToIt() {
        TestClient admin = cloud.admin();
        String service =
                id(
                        admin.post("/services", "{'service':{'type':'" + unique("s") + "'}}"),
                        "service");
        String region = unique("region");
        admin.post("/regions", "{'region':{'id':'" + region + "'}}").expect(201);
        admin.put("/regions/" + "y".repeat(300), "{'region':{}}").expect(400);
        String endpoint =
                id(
                        admin.post(
                                "/endpoints",
                                "{'endpoint':{'interface':'public','url':'http://127.0.0.1',"
                                        + "'service_id':'"
                                        + service
                                        + "','region_id':'"
                                        + region
                                        + "'}}"),
                        "endpoint");
        String policy = "{'policy':{'type':'text/plain','blob':'%s'}}";
        String ofService = id(admin.post("/policies", policy.formatted("a")), "policy");
        String ofRegion = id(admin.post("/policies", policy.formatted("b")), "policy");
        String nearest = "/endpoints/" + endpoint + "/OS-ENDPOINT-POLICY/policy";
        String association = "/policies/%s/OS-ENDPOINT-POLICY/services/" + service;
        admin.get(nearest).expect(404);
        admin.put(association.formatted(ofService), "").expect(204);
        assertThat(admin.get(nearest).expect(200).json().at("/policy/id").asString())
                .isEqualTo(ofService);
        admin.put(association.formatted(ofRegion) + "/regions/" + region, "").expect(204);
        assertThat(admin.get(nearest).expect(200).json().at("/policy/id").asString())
                .isEqualTo(ofRegion);
        assertThat(
                        admin.get("/policies/" + ofRegion + "/OS-ENDPOINT-POLICY/endpoints")
                                .expect(200)
                                .json()
                                .path("endpoints")
                                .findValuesAsString("id"))
                .containsExactly(endpoint);
        admin.get(association.formatted(ofService)).expect(204);
        admin.get(association.formatted(ofRegion)).expect(404);
        admin.delete(association.formatted(ofService)).expect(204);
        admin.delete("/policies/" + ofRegion).expect(204);
        admin.get(nearest).expect(404);
    }

    @Test
    void policiesAndLimitsOfARegionEndWithIt() {
        TestClient admin = cloud.admin();
        String service =
                id(
                        admin.post("/services", "{'service':{'type':'" + unique("s") + "'}}"),
                        "service");
        String region = unique("region");
        String makeRegion = "{'region':{'id':'" + region + "'}}";
        admin.post("/regions", makeRegion).expect(201);
        String policy =
                id(
                        admin.post("/policies", "{'policy':{'type':'text/plain','blob':'a'}}"),
                        "policy");
        String association =
                "/policies/"
                        + policy
                        + "/OS-ENDPOINT-POLICY/services/"
                        + service
                        + "/regions/"
                        + region;
        admin.put(association, "").expect(204);
        admin.post(
                        "/registered_limits",
                        "{'registered_limits':[{'service_id':'"
                                + service
                                + "','region_id':'"
                                + region
                                + "','resource_name':'things','default_limit':1}]}")
                .expect(201);
        admin.delete("/regions/" + region).expect(204);
        admin.post("/regions", makeRegion).expect(201);
        admin.get(association).expect(404);
        assertThat(admin.get("/registered_limits?region_id=" + region).expect(200).text())
                .doesNotContain("things");
    }

    @Test
    void aProviderSpeaksProtocolsThatAreMapped() {
        TestClient admin = cloud.admin();
        String provider = unique("idp");
        String path = "/OS-FEDERATION/identity_providers/" + provider;
        String remote = unique("https://idp");
        String body = "{'identity_provider':{'remote_ids':['" + remote + "']}}";
        JsonNode made = admin.put(path, body).expect(201).json().path("identity_provider");
        assertThat(made.path("enabled").asBoolean()).isFalse();
        admin.get("/domains/" + made.path("domain_id").asString()).expect(200);
        admin.put(path, body).expect(409);
        admin.put(path + "2", body).expect(409);
        String mapping = "/OS-FEDERATION/mappings/" + provider;
        admin.put(mapping, "{'mapping':{'rules':[{'local':[],'remote':[]}]}}").expect(400);
        admin.put(
                        mapping,
                        "{'mapping':{'rules':[{'local':[{'user':{'name':'{0}'}}],"
                                + "'remote':[{'type':'REMOTE_USER'}]}]}}")
                .expect(201);
        admin.put(path + "/protocols/openid", "{'protocol':{'mapping_id':'none'}}").expect(400);
        admin.put(path + "/protocols/openid", "{'protocol':{'mapping_id':'" + provider + "'}}")
                .expect(201);
        assertThat(
                        admin.get(path + "/protocols")
                                .expect(200)
                                .json()
                                .path("protocols")
                                .findValuesAsString("id"))
                .containsExactly("openid");
        cloud.demo().get(path).expect(403);
        admin.patch(path, "{'identity_provider':{'enabled':true,'remote_ids':[]}}").expect(200);
        admin.delete(path).expect(204);
        admin.get(path + "/protocols/openid").expect(404);
        admin.delete(mapping).expect(204);
        String service = "/OS-FEDERATION/service_providers/" + provider;
        admin.put(service, "{'service_provider':{'auth_url':'nonsense','sp_url':'http://a'}}")
                .expect(400);
        admin.put(service, "{'service_provider':{'auth_url':'http://a','sp_url':'http://b'}}")
                .expect(201);
        admin.delete(service).expect(204);
        admin.get(service).expect(404);
    }
}
