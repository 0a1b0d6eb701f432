package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.monostack.identity.IdentityConfig.TokenFormat;
import org.monostack.identity.OAuth2Config.CertificateSource;
import org.monostack.identity.OAuth2Config.Method;
import org.monostack.platform.http.AddressRange;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Users as clients of OAuth 2.0 who show a certificate; the tests are the proxy. */
class OAuth2CertificateTest {

    private static final String HEADER = "X-Client-Certificate";
    private static final String ISSUER = "CN=root,O=Issuers";
    private static final String MAPPING = unique("oauth2");

    private static IdentityFixture cloud;
    private static String name;
    private static String userId;

    @BeforeAll
    static void start() {
        cloud = started(TokenFormat.FERNET, Set.of(Method.values()), "127.0.0.0/8");
        name = unique("client");
        TestClient admin = cloud.admin();
        userId =
                admin.post(
                                "/users",
                                "{'user':{'name':'%s','email':'c+x@test','default_project_id':'%s'}}"
                                        .formatted(name, cloud.demoProject))
                        .expect(201)
                        .json()
                        .at("/user/id")
                        .asString();
        admin.put(
                        "/projects/%s/users/%s/roles/%s"
                                .formatted(cloud.demoProject, userId, cloud.memberRole))
                .expect(204);
        admin.put(
                        "/OS-FEDERATION/mappings/" + MAPPING,
                        "{'mapping':{'rules':[{'local':[{'user':{'name':'{0}','id':'{1}',"
                                + "'domain':{'id':'{2}','name':'{3}'}}}],"
                                + "'remote':[{'type':'SSL_CLIENT_SUBJECT_DN_CN'},"
                                + "{'type':'SSL_CLIENT_SUBJECT_DN_UID'},"
                                + "{'type':'SSL_CLIENT_SUBJECT_DN_DC'},"
                                + "{'type':'SSL_CLIENT_SUBJECT_DN_O'},"
                                + "{'type':'SSL_CLIENT_ISSUER_DN_CN','any_one_of':['root']}]},"
                                + "{'local':[{'user':{'email':'{0}'}}],"
                                + "'remote':[{'type':'SSL_CLIENT_SUBJECT_DN_EMAILADDRESS'},"
                                + "{'type':'SSL_CLIENT_ISSUER_DN_CN','any_one_of':['mail']}]},"
                                + "{'local':[{'user':{'id':'{0}'}}],"
                                + "'remote':[{'type':'SSL_CLIENT_SUBJECT_DN_2.5.4.5'},"
                                + "{'type':'SSL_CLIENT_ISSUER_DN_O','any_one_of':['Serials']}]}]}}")
                .expect(201);
    }

    private static IdentityFixture started(TokenFormat format, Set<Method> methods, String proxy) {
        return IdentityFixture.start(config ->
                config.withTokenFormat(format)
                        .withOAuth2(
                                new OAuth2Config(
                                        methods,
                                        MAPPING,
                                        Optional.of(
                                                new CertificateSource(
                                                        HEADER,
                                                        List.of(AddressRange.parse(proxy)))))));
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static byte[] certificate() {
        return TestCertificates.bytes(
                "CN=" + name + ",UID=" + userId + ",DC=default,O=Default", ISSUER);
    }

    private static String base64(byte[] certificate) {
        return Base64.getEncoder().encodeToString(certificate);
    }

    private static TestClient.Answer ask(IdentityFixture of, String header, String clientId) {
        return ask(of.anonymous().with(HEADER, header), clientId);
    }

    private static TestClient.Answer ask(TestClient client, String clientId) {
        return client.with("Content-Type", "application/x-www-form-urlencoded")
                .send(
                        "POST",
                        "/OS-OAUTH2/token",
                        Optional.of(
                                ("grant_type=client_credentials&client_id=" + clientId)
                                        .getBytes(StandardCharsets.UTF_8)));
    }

    private static String token(TestClient.Answer answer) {
        return answer.expect(200).json().path("access_token").asString();
    }

    private static void refuse(TestClient.Answer answer) {
        assertThat(answer.expect(401).json().path("error").asString()).isEqualTo("invalid_client");
    }

    private static void refuseSubject(String subject, String issuer) {
        refuse(ask(cloud, base64(TestCertificates.bytes(subject, issuer)), userId));
    }

    @ParameterizedTest
    @EnumSource(TokenFormat.class)
    void aCertificateGetsATokenThatIsBoundToIt(TokenFormat format) throws Exception {
        try (IdentityFixture one = started(format, Set.of(Method.values()), "127.0.0.1")) {
            byte[] certificate = certificate();
            TestClient.Answer answer = ask(one, base64(certificate), userId).expect(200);
            assertThat(answer.json().path("token_type").asString()).isEqualTo("Bearer");
            assertThat(answer.json().path("expires_in").asInt()).isBetween(3500, 3600);
            String token = token(answer);
            if (format == TokenFormat.FERNET) {
                assertThat(token.length()).isLessThan(256);
            }
            JsonNode seen =
                    one.client(token)
                            .with("X-Subject-Token", token)
                            .get("/auth/tokens")
                            .expect(200)
                            .json()
                            .path("token");
            assertThat(seen.at("/methods/0").asString()).isEqualTo("oauth2_credential");
            assertThat(seen.at("/user/id").asString()).isEqualTo(userId);
            assertThat(seen.at("/project/id").asString()).isEqualTo(cloud.demoProject);
            assertThat(seen.path("roles").findValuesAsString("name")).contains("member");
            String thumbprint =
                    Base64.getUrlEncoder()
                            .encodeToString(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(
                                                    TestCertificates.pem(certificate)
                                                            .getBytes(StandardCharsets.US_ASCII)));
            assertThat(seen.path("oauth2_credential").path("x5t#S256").asString())
                    .isEqualTo(thumbprint);

            // A bearer needs the certificate; OpenStack's own header does not.
            TestClient bearer = one.anonymous().with("Authorization", "Bearer " + token);
            bearer.get("/auth/projects").expect(401);
            bearer.with(HEADER, base64(certificate())).get("/auth/projects").expect(401);
            bearer.with(HEADER, base64(certificate)).get("/auth/projects").expect(200);

            // What is made of it is bound, too.
            TestClient.Answer next =
                    one.anonymous()
                            .post(
                                    "/auth/tokens",
                                    "{'auth':{'identity':{'methods':['token'],'token':{'id':'%s'}},'scope':%s}}"
                                            .formatted(token, onProject(cloud.demoProject)))
                            .expect(201);
            assertThat(next.json().at("/token/oauth2_credential").path("x5t#S256").asString())
                    .isEqualTo(thumbprint);
        }
    }

    @Test
    void proxiesWriteCertificatesInSeveralWays() {
        byte[] certificate = certificate();
        String pem = TestCertificates.pem(certificate);
        for (String header :
                List.of(
                        base64(certificate),
                        ":" + base64(certificate) + ":",
                        pem.replace("\n", " ").strip(),
                        URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20"))) {
            token(ask(cloud, header, userId));
        }
    }

    @Test
    void theHeaderIsBelievedOfTheProxyAlone() {
        try (IdentityFixture other =
                started(TokenFormat.FERNET, Set.of(Method.values()), "10.0.0.0/8")) {
            refuse(ask(other, base64(certificate()), userId));
        }
        try (IdentityFixture none = IdentityFixture.start()) {
            refuse(ask(none, base64(certificate()), userId));
        }
        refuse(ask(cloud.anonymous(), userId));
        refuse(ask(cloud, " ", userId));
        assertThat(
                        ask(
                                        cloud.anonymous()
                                                .with(HEADER, base64(certificate()))
                                                .with(HEADER, base64(certificate())),
                                        userId)
                                .expect(400)
                                .json()
                                .path("error_description")
                                .asString())
                .contains(HEADER);
    }

    @Test
    void theOperatorSaysByWhatClientsMayProveThemselves() {
        try (IdentityFixture secret =
                        started(
                                TokenFormat.FERNET,
                                Set.of(Method.CLIENT_SECRET_BASIC),
                                "127.0.0.1");
                IdentityFixture certificate =
                        started(TokenFormat.FERNET, Set.of(Method.TLS_CLIENT_AUTH), "127.0.0.1")) {
            refuse(ask(secret, base64(certificate()), userId));
            token(ask(certificate, base64(certificate()), userId));
            JsonNode made =
                    cloud.demo()
                            .post(
                                    "/users/" + cloud.demoUser + "/application_credentials",
                                    "{'application_credential':{'name':'" + unique("c") + "'}}")
                            .expect(201)
                            .json()
                            .path("application_credential");
            String pair =
                    made.path("id").asString() + "&client_secret=" + made.path("secret").asString();
            token(ask(secret.anonymous(), pair));
            refuse(ask(certificate.anonymous(), pair));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%zz", "-----BEGIN CERTIFICATE-----", "MAA=", "%00", "::", "é"})
    void whatIsNoCertificateIsRefused(String header) {
        refuse(ask(cloud, header, userId));
    }

    @Test
    void namesMustBeThoseOfTheUser() {
        String rest = ",DC=default,O=Default";
        refuseSubject("CN=other,UID=" + userId + rest, ISSUER);
        refuseSubject("CN=" + name + ",UID=" + cloud.demoUser + rest, ISSUER);
        refuseSubject("CN=" + name + ",UID=" + userId + ",DC=x,O=Default", ISSUER);
        refuseSubject("CN=" + name + ",UID=" + userId + ",DC=default,O=x", ISSUER);
        refuseSubject("CN=" + name + ",UID=" + userId, ISSUER);
        refuseSubject("CN=" + name + ",UID=" + userId + rest, "CN=another");
        refuseSubject("CN=" + name + ",UID=" + rest, ISSUER);
        refuseSubject("CN=" + name + ",UID=" + userId + rest + ",L=a\\=b", ISSUER);
        // The last of several counts.
        refuseSubject("CN=" + name + ",UID=" + userId + rest + ",CN=other", ISSUER);
        refuse(ask(cloud, base64(certificate()), cloud.demoUser));
        refuse(ask(cloud, base64(certificate()), "nobody"));
        refuse(ask(cloud, base64(certificate()), ""));
        // Kinds without a name go by number; a plus sign comes escaped, as in Keystone.
        token(
                ask(
                        cloud,
                        base64(TestCertificates.bytes("SERIALNUMBER=" + userId, "O=Serials,CN=x")),
                        userId));
        refuseSubject("E=c\\+x@test", "CN=mail");
        cloud.admin().patch("/users/" + userId, "{'user':{'email':'c@test'}}").expect(200);
        token(ask(cloud, base64(TestCertificates.bytes("E=c@test", "CN=mail")), userId));
    }

    @Test
    void theUserMustHaveARoleInItsDefaultProject() {
        String other = cloud.newUser(unique("u"), "secret");
        byte[] certificate = TestCertificates.bytes("SERIALNUMBER=" + other, "O=Serials");
        refuse(ask(cloud, base64(certificate), other));
        TestClient admin = cloud.admin();
        admin.patch(
                        "/users/" + other,
                        "{'user':{'default_project_id':'" + cloud.demoProject + "'}}")
                .expect(200);
        refuse(ask(cloud, base64(certificate), other));
        admin.put(
                        "/projects/%s/users/%s/roles/%s"
                                .formatted(cloud.demoProject, other, cloud.readerRole))
                .expect(204);
        String token = token(ask(cloud, base64(certificate), other));
        cloud.client(token).get("/auth/projects").expect(200);
        admin.patch("/users/" + other, "{'user':{'enabled':false}}").expect(200);
        cloud.client(token).get("/auth/projects").expect(401);
        refuse(ask(cloud, base64(certificate), other));
    }
}
