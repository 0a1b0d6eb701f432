package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import com.nimbusds.jose.JOSEObjectType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Users of whom the administrator says who they are at an identity provider. */
class FederatedAttributeTest {

    private static final String HERE = unique("here");
    private static final String THERE = unique("there");
    private static final String CLIENT = "keystone";

    private static MockOAuth2Server openId;
    private static IdentityFixture cloud;

    @BeforeAll
    static void start(@TempDir Path settings) throws IOException {
        openId = new MockOAuth2Server();
        openId.start();
        Files.writeString(
                settings.resolve("federation.yaml"),
                "providers:\n  %s: {issuer: '%s', client_id: %s, client_secret: hidden}\n"
                        .formatted(HERE, openId.issuerUrl(HERE), CLIENT));
        cloud = IdentityFixture.start(config -> config.withSettings(settings));
        cloud.admin()
                .put(
                        "/OS-FEDERATION/mappings/" + HERE,
                        "{'mapping':{'rules':[{'local':[{'user':{'id':'{0}','name':'{1}',"
                                + "'email':'{2}'}}],'remote':[{'type':'OIDC-number'},"
                                + "{'type':'OIDC-preferred_username'},{'type':'OIDC-email'}]}]}}")
                .expect(201);
        declare(HERE, "openid");
        declare(HERE, "mapped");
        declare(THERE, "saml2");
    }

    private static void declare(String id, String protocol) {
        String provider = "/OS-FEDERATION/identity_providers/" + id;
        cloud.admin().put(provider, "{'identity_provider':{'enabled':true}}");
        cloud.admin()
                .put(
                        provider + "/protocols/" + protocol,
                        "{'protocol':{'mapping_id':'" + HERE + "'}}")
                .expect(201);
    }

    @AfterAll
    static void stop() {
        cloud.close();
        openId.shutdown();
    }

    /** One entry of the attribute. */
    private static String at(String provider, String protocol, String uniqueId) {
        return "{'idp_id':'%s','protocols':[{'protocol_id':'%s','unique_id':'%s'}]}"
                .formatted(provider, protocol, uniqueId);
    }

    private static TestClient.Answer create(String name, String federated) {
        return cloud.admin()
                .post(
                        "/users",
                        "{'user':{'name':'"
                                + name
                                + "','password':'secret','federated':["
                                + federated
                                + "]}}");
    }

    private static TestClient.Answer update(String id, String federated) {
        return cloud.admin().patch("/users/" + id, "{'user':{'federated':[" + federated + "]}}");
    }

    private static String id(TestClient.Answer answer) {
        return answer.expect(201).json().at("/user/id").asString();
    }

    private static JsonNode shown(String id) {
        return cloud.admin().get("/users/" + id).expect(200).json().path("user");
    }

    private static List<String> listed(String query) {
        JsonNode users = cloud.admin().get("/users?" + query).expect(200).json().path("users");
        users.forEach(user -> assertThat(user.has("federated")).isFalse());
        return users.findValuesAsString("id");
    }

    private static TestClient.Answer login(String number, String name) {
        String token =
                openId.issueToken(
                                HERE,
                                "a-program",
                                new DefaultOAuth2TokenCallback(
                                        HERE,
                                        name,
                                        JOSEObjectType.JWT.getType(),
                                        List.of(CLIENT),
                                        Map.of(
                                                "number",
                                                number,
                                                "preferred_username",
                                                name,
                                                "email",
                                                name + "@test"),
                                        60))
                        .serialize();
        return cloud.anonymous()
                .with("Authorization", "Bearer " + token)
                .post("/OS-FEDERATION/identity_providers/" + HERE + "/protocols/openid/auth");
    }

    @Test
    void whoIsDeclaredAtAProviderLogsInThereAsWhoItIsHere() {
        String name = unique("ann");
        String number = unique("n");
        TestClient.Answer made = create(name, at(HERE, "openid", number));
        String user = id(made);
        assertThat(made.json().at("/user/federated/0/idp_id").asString()).isEqualTo(HERE);
        JsonNode protocol = made.json().at("/user/federated/0/protocols/0");
        assertThat(protocol.path("protocol_id").asString()).isEqualTo("openid");
        assertThat(protocol.path("unique_id").asString()).isEqualTo(number);
        assertThat(shown(user).path("federated")).isEqualTo(made.json().at("/user/federated"));
        cloud.admin()
                .put(
                        "/projects/%s/users/%s/roles/%s"
                                .formatted(cloud.demoProject, user, cloud.memberRole))
                .expect(204);

        TestClient.Answer answer = login(number, "other-name");
        JsonNode token = answer.expect(201).json().path("token");
        assertThat(token.at("/user/id").asString()).isEqualTo(user);
        assertThat(token.at("/user/name").asString()).isEqualTo(name);
        assertThat(token.at("/user/domain/id").asString()).isEqualTo("default");
        assertThat(token.at("/user/OS-FEDERATION/identity_provider/id").asString()).isEqualTo(HERE);
        cloud.anonymous()
                .post(
                        "/auth/tokens",
                        "{'auth':{'identity':{'methods':['token'],'token':{'id':'%s'}},'scope':%s}}"
                                .formatted(
                                        answer.header("X-Subject-Token").orElseThrow(),
                                        onProject(cloud.demoProject)))
                .expect(201);
        assertThat(shown(user).path("name").asString()).isEqualTo(name);
        assertThat(shown(user).path("email").asString()).isEqualTo("other-name@test");
        cloud.login(name, "secret", "").expect(201);

        // Whoever is declared nowhere gets an account of its own, named as it is there.
        String stranger = unique("bob");
        JsonNode other = login(unique("n"), stranger).expect(201).json();
        assertThat(other.at("/token/user/id").asString()).isNotEqualTo(user);
        assertThat(other.at("/token/user/name").asString()).isEqualTo(stranger);

        cloud.admin().patch("/users/" + user, "{'user':{'enabled':false}}").expect(200);
        login(number, "other-name").expect(401);
    }

    @Test
    void usersAreFoundByWhoTheyAreElsewhere() {
        String number = unique("n");
        String openid = id(create(unique("u"), at(HERE, "openid", number)));
        String mapped = id(create(unique("u"), at(HERE, "mapped", number)));
        String both = unique("u");
        String saml =
                id(
                        create(
                                both,
                                at(THERE, "saml2", number)
                                        + ","
                                        + at(HERE, "mapped", unique("n"))));
        assertThat(listed("unique_id=" + number)).containsExactlyInAnyOrder(openid, mapped, saml);
        assertThat(listed("idp_id=" + HERE)).contains(openid, mapped, saml);
        assertThat(listed("idp_id=" + THERE)).contains(saml).doesNotContain(openid, mapped);
        assertThat(listed("idp_id=" + HERE + "&protocol_id=mapped")).contains(mapped, saml);
        // All that is asked must be so at one provider.
        assertThat(listed("idp_id=" + HERE + "&unique_id=" + number))
                .containsExactlyInAnyOrder(openid, mapped);
        assertThat(listed("unique_id=" + number + "&name=" + both)).containsExactly(saml);
        assertThat(listed("unique_id=" + unique("nobody"))).isEmpty();
    }

    @Test
    void anUpdateReplacesAllThatWasThere() {
        String first = unique("n");
        String second = unique("n");
        String user = id(create(unique("u"), at(HERE, "openid", first)));
        JsonNode changed =
                update(user, at(THERE, "saml2", second) + "," + at(HERE, "mapped", second))
                        .expect(200)
                        .json()
                        .at("/user/federated");
        assertThat(changed.findValuesAsString("unique_id")).containsExactly(second, second);
        assertThat(changed.findValuesAsString("idp_id")).containsExactlyInAnyOrder(HERE, THERE);
        assertThat(shown(user).path("federated")).isEqualTo(changed);
        assertThat(listed("unique_id=" + first)).isEmpty();

        // What says nothing of it, or lists nothing, changes nothing, as in Keystone.
        for (String update : List.of("'description':'d'", "'federated':[]")) {
            assertThat(
                            cloud.admin()
                                    .patch("/users/" + user, "{'user':{" + update + "}}")
                                    .expect(200)
                                    .json()
                                    .at("/user/federated"))
                    .isEqualTo(changed);
        }
        assertThat(create(unique("u"), "").expect(201).json().path("user").has("federated"))
                .isFalse();
    }

    @Test
    void twoUsersAreNotTheSameElsewhere() {
        String number = unique("n");
        String name = unique("u");
        String user = id(create(name, at(HERE, "openid", number)));
        String refused = unique("u");
        assertThat(
                        create(refused, at(HERE, "openid", number))
                                .expect(409)
                                .json()
                                .at("/error/message")
                                .asString())
                .contains(number);
        assertThat(listed("name=" + refused)).isEmpty();
        String own = unique("n");
        String other = id(create(unique("u"), at(THERE, "saml2", own)));
        update(other, at(HERE, "openid", number)).expect(409);
        assertThat(listed("unique_id=" + own)).containsExactly(other);
        update(other, at(HERE, "mapped", own) + "," + at(HERE, "mapped", own)).expect(409);
        update(user, at(HERE, "openid", number)).expect(200);

        cloud.admin().delete("/users/" + user).expect(204);
        update(other, at(HERE, "openid", number)).expect(200);
        assertThat(login(number, "ann").expect(201).json().at("/token/user/id").asString())
                .isEqualTo(other);
    }

    @Test
    void itEndsWithTheProtocolAndTheProvider() {
        String provider = unique("idp");
        declare(provider, "openid");
        declare(provider, "mapped");
        String number = unique("n");
        String user =
                id(
                        create(
                                unique("u"),
                                at(provider, "openid", number)
                                        + ","
                                        + at(provider, "mapped", number)));
        String path = "/OS-FEDERATION/identity_providers/" + provider;
        cloud.admin().delete(path + "/protocols/openid").expect(204);
        assertThat(shown(user).path("federated").findValuesAsString("protocol_id"))
                .containsExactly("mapped");
        cloud.admin().delete(path).expect(204);
        assertThat(shown(user).has("federated")).isFalse();
        assertThat(listed("unique_id=" + number)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{} ~ federated",
                "null ~ federated",
                "['x'] ~ 0",
                "[{'protocols':[{'protocol_id':'openid','unique_id':'x'}]}] ~ idp_id",
                "[{'idp_id':'HERE'}] ~ protocols",
                "[{'idp_id':'HERE','protocols':[]}] ~ protocols",
                "[{'idp_id':7,'protocols':[{'protocol_id':'openid','unique_id':'x'}]}] ~ idp_id",
                "[{'idp_id':'HERE','protocols':[{'unique_id':'x'}]}] ~ protocol_id",
                "[{'idp_id':'HERE','protocols':[{'protocol_id':'openid'}]}] ~ unique_id",
                "[{'idp_id':'HERE','protocols':[{'protocol_id':'openid','unique_id':'LONG'}]}]"
                        + " ~ unique_id",
                "[{'idp_id':'nowhere','protocols':[{'protocol_id':'openid','unique_id':'x'}]}]"
                        + " ~ nowhere",
                "[{'idp_id':'HERE','protocols':[{'protocol_id':'saml2','unique_id':'x'}]}] ~ saml2"
            })
    void whatIsNoneIsRefused(String federated, String named) {
        String value = federated.replace("HERE", HERE).replace("LONG", "x".repeat(256));
        String name = unique("u");
        for (TestClient.Answer answer :
                List.of(
                        cloud.admin()
                                .post(
                                        "/users",
                                        "{'user':{'name':'"
                                                + name
                                                + "','federated':"
                                                + value
                                                + "}}"),
                        cloud.admin()
                                .patch(
                                        "/users/" + cloud.demoUser,
                                        "{'user':{'federated':" + value + "}}"))) {
            assertThat(answer.expect(400).json().at("/error/message").asString()).contains(named);
        }
        assertThat(listed("name=" + name)).isEmpty();
        assertThat(shown(cloud.demoUser).has("federated")).isFalse();
    }
}
