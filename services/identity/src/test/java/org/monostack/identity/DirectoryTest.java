package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.onProject;
import static org.monostack.identity.IdentityFixture.unique;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.util.ssl.KeyStoreKeyManager;
import com.unboundid.util.ssl.SSLUtil;
import com.unboundid.util.ssl.cert.ManageCertificates;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Domains whose users are in an LDAP directory, which is a real one in this process. */
class DirectoryTest {

    private static final String BASE = "dc=example,dc=org";
    private static final String PEOPLE = "ou=people," + BASE;
    private static final String GROUPS = "ou=groups," + BASE;

    private static InMemoryDirectoryServer ldap;
    private static Path certificate;
    private static IdentityFixture cloud;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Path keys = directory.resolve("keys.p12");
        certificate = directory.resolve("certificate.pem");
        tool(
                "generate-self-signed-certificate",
                "--keystore",
                keys.toString(),
                "--keystore-password",
                "secret",
                "--keystore-type",
                "PKCS12",
                "--alias",
                "server",
                "--subject-dn",
                "CN=localhost",
                "--subject-alternative-name-dns",
                "localhost");
        tool(
                "export-certificate",
                "--keystore",
                keys.toString(),
                "--keystore-password",
                "secret",
                "--alias",
                "server",
                "--output-format",
                "PEM",
                "--output-file",
                certificate.toString());
        SSLUtil ssl =
                new SSLUtil(
                        new KeyStoreKeyManager(
                                keys.toFile(), "secret".toCharArray(), "PKCS12", "server"),
                        null);
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.addAdditionalBindCredentials("cn=search," + BASE, "search-secret");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "plain", InetAddress.getLoopbackAddress(), 0, ssl.createSSLSocketFactory()),
                InMemoryListenerConfig.createLDAPSConfig(
                        "tls",
                        InetAddress.getLoopbackAddress(),
                        0,
                        ssl.createSSLServerSocketFactory(),
                        null));
        ldap = new InMemoryDirectoryServer(config);
        ldap.add(new Entry(BASE, new Attribute("objectClass", "domain")));
        ldap.add(new Entry(PEOPLE, new Attribute("objectClass", "organizationalUnit")));
        ldap.add(new Entry(GROUPS, new Attribute("objectClass", "organizationalUnit")));
        ldap.startListening();
        cloud = IdentityFixture.start();
    }

    private static void tool(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ManageCertificates.main(null, out, out, arguments).getName())
                .as(out.toString())
                .isEqualTo("success");
    }

    @AfterAll
    static void stop() {
        cloud.close();
        ldap.shutDown(true);
    }

    /** A person who can log in. */
    private static String person(String uid, String name) throws LDAPException {
        String place = "uid=" + uid + "," + PEOPLE;
        ldap.add(
                new Entry(
                        place,
                        new Attribute("objectClass", "inetOrgPerson"),
                        new Attribute("uid", uid),
                        new Attribute("cn", name),
                        new Attribute("mail", uid + "@example.org"),
                        new Attribute("userPassword", "of-" + uid)));
        return place;
    }

    private static void group(String name, String... members) throws LDAPException {
        ldap.add(
                new Entry(
                        "cn=" + name + "," + GROUPS,
                        new Attribute("objectClass", "groupOfNames"),
                        new Attribute("cn", name),
                        new Attribute("member", members)));
    }

    private static String url(String scheme, String listener) {
        return scheme + "://localhost:" + ldap.getListenPort(listener);
    }

    /** A domain of its own on the directory, with these options besides. */
    private static String domain(String url, String more) {
        TestClient admin = cloud.admin();
        String id =
                admin.post("/domains", "{'domain':{'name':'" + unique("ldap") + "'}}")
                        .expect(201)
                        .json()
                        .at("/domain/id")
                        .asString();
        admin.put(
                        "/domains/" + id + "/config",
                        ("{'config':{'identity':{'driver':'ldap'},'ldap':{'url':'%s','user':'cn=search,%s',"
                                        + "'password':'search-secret','user_tree_dn':'%s',"
                                        + "'user_id_attribute':'uid','user_name_attribute':'cn',"
                                        + "'group_tree_dn':'%s','group_name_attribute':'cn'%s}}}")
                                .formatted(url, BASE, PEOPLE, GROUPS, more))
                .expect(201);
        return id;
    }

    private static TestClient.Answer login(
            String domain, String name, String password, String scope) {
        return cloud.anonymous()
                .post(
                        "/auth/tokens",
                        "{'auth':{'identity':{'methods':['password'],'password':{'user':{'name':'"
                                + name
                                + "','domain':{'id':'"
                                + domain
                                + "'},'password':'"
                                + password
                                + "'}}}"
                                + (scope.isEmpty() ? "" : ",'scope':" + scope)
                                + "}}");
    }

    @Test
    void usersOfTheDirectoryLogInAndHaveRoles() throws Exception {
        String ann = person("ann", "Ann Archer");
        group("archers", ann, "cn=gone," + PEOPLE);
        String domain = domain(url("ldap", "plain"), "");
        TestClient admin = cloud.admin();

        login(domain, "Ann Archer", "wrong", "").expect(401);
        login(domain, "Ann Archer", "", "").expect(401);
        login(domain, "*", "of-ann", "").expect(401);
        login(domain, "Nobody", "of-ann", "").expect(401);
        JsonNode token = login(domain, "ann archer", "of-ann", "").expect(201).json().path("token");
        String userId = token.at("/user/id").asString();
        assertThat(userId).isEqualTo(Digests.sha256(domain + "user" + "ann"));
        assertThat(token.at("/user/name").asString()).isEqualTo("Ann Archer");
        assertThat(token.at("/user/domain/id").asString()).isEqualTo(domain);

        JsonNode groups =
                admin.get("/groups?domain_id=" + domain).expect(200).json().path("groups");
        assertThat(groups.findValuesAsString("name")).containsExactly("archers");
        String groupId = groups.get(0).path("id").asString();
        assertThat(groupId).isEqualTo(Digests.sha256(domain + "group" + "archers"));
        String project = cloud.newProject(unique("p"));
        admin.put("/projects/%s/groups/%s/roles/%s".formatted(project, groupId, cloud.memberRole))
                .expect(204);
        JsonNode scoped =
                login(domain, "Ann Archer", "of-ann", onProject(project)).expect(201).json();
        assertThat(scoped.at("/token/roles").findValuesAsString("name")).contains("member");
        assertThat(
                        admin.get("/groups/" + groupId + "/users")
                                .expect(200)
                                .json()
                                .path("users")
                                .findValuesAsString("id"))
                .containsExactly(userId);
        assertThat(
                        admin.get("/users/" + userId + "/groups")
                                .expect(200)
                                .json()
                                .path("groups")
                                .findValuesAsString("id"))
                .containsExactly(groupId);

        ldap.delete("cn=archers," + GROUPS);
        login(domain, "Ann Archer", "of-ann", onProject(project)).expect(401);
        admin.get("/groups/" + groupId).expect(404);
    }

    @Test
    void theDirectoryIsTheTruthAndIsReadOnly() throws Exception {
        String bob = person("bob", "Bob");
        person("eve", "Eve");
        String domain = domain(url("ldap", "plain"), ",'page_size':1,'query_scope':'sub'");
        TestClient admin = cloud.admin();
        String users = "/users?domain_id=" + domain;
        JsonNode listed = admin.get(users).expect(200).json().path("users");
        assertThat(listed.findValuesAsString("name")).contains("Bob", "Eve");
        JsonNode found = admin.get(users + "&name=Bob").expect(200).json().path("users");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("email").asString()).isEqualTo("bob@example.org");
        String id = found.get(0).path("id").asString();

        admin.patch("/users/" + id, "{'user':{'enabled':false}}").expect(403);
        admin.delete("/users/" + id).expect(403);
        admin.post("/users", "{'user':{'name':'x','domain_id':'" + domain + "'}}").expect(403);
        admin.post("/groups", "{'group':{'name':'x','domain_id':'" + domain + "'}}").expect(403);

        ldap.modify(bob, new Modification(ModificationType.REPLACE, "mail", "new@example.org"));
        assertThat(admin.get("/users/" + id).expect(200).json().at("/user/email").asString())
                .isEqualTo("new@example.org");
        String token =
                login(domain, "Bob", "of-bob", "")
                        .expect(201)
                        .header("X-Subject-Token")
                        .orElseThrow();
        cloud.client(token).get("/auth/projects").expect(200);
        ldap.modify(bob, new Modification(ModificationType.REPLACE, "enabled", "FALSE"));
        login(domain, "Bob", "of-bob", "").expect(401);
        cloud.client(token).get("/auth/projects").expect(401);
        ldap.delete(bob);
        admin.get("/users/" + id).expect(404);
        assertThat(admin.get(users).expect(200).json().path("users").findValuesAsString("name"))
                .doesNotContain("Bob");
        admin.patch("/domains/" + domain, "{'domain':{'enabled':false}}").expect(200);
        admin.delete("/domains/" + domain).expect(204);
    }

    @Test
    void numbersMaySayWhoIsDisabled() throws Exception {
        String kim = person("kim", "Kim");
        String domain =
                domain(
                        url("ldap", "plain"),
                        ",'user_enabled_attribute':'userAccountControl','user_enabled_mask':2,"
                                + "'user_enabled_default':'512'");
        login(domain, "Kim", "of-kim", "").expect(201);
        ldap.modify(kim, new Modification(ModificationType.REPLACE, "userAccountControl", "514"));
        login(domain, "Kim", "of-kim", "").expect(401);
        ldap.modify(kim, new Modification(ModificationType.REPLACE, "userAccountControl", "512"));
        login(domain, "Kim", "of-kim", "").expect(201);
    }

    @Test
    void theWayToTheDirectoryMayBeEncrypted() throws Exception {
        person("tom", "Tom");
        String trusting = ",'tls_cacertfile':'" + certificate + "'";
        login(domain(url("ldaps", "tls"), trusting), "Tom", "of-tom", "").expect(201);
        login(domain(url("ldap", "plain"), trusting + ",'use_tls':true"), "Tom", "of-tom", "")
                .expect(201);
        login(domain(url("ldaps", "tls"), ",'tls_req_cert':'never'"), "Tom", "of-tom", "")
                .expect(201);
        login(domain(url("ldaps", "tls"), ""), "Tom", "of-tom", "").expect(503);
        login(domain("ldap://localhost:1", ""), "Tom", "of-tom", "").expect(503);
    }

    @Test
    void optionsThatWouldNotBeFollowedAreRefused() {
        TestClient admin = cloud.admin();
        String domain = domain(url("ldap", "plain"), "");
        String path = "/domains/" + domain + "/config";
        for (String option :
                new String[] {
                    "'user_enabled_emulation':true",
                    "'page_size':'many'",
                    "'query_scope':'base'",
                    "'user_filter':'('"
                }) {
            admin.patch(path, "{'config':{'ldap':{" + option + "}}}").expect(403);
        }
        admin.patch(path, "{'config':{'ldap':{'pool_size':99}}}").expect(200);
    }

    @Test
    void aDomainWithAWrongAddressOrDriverCannotBeUsedUntilThatIsPutRight() throws Exception {
        TestClient admin = cloud.admin();
        person("lea", "Lea");
        String domain = domain(url("ldap", "plain"), "");
        String path = "/domains/" + domain + "/config";
        String good = "{'config':{'ldap':{'url':'" + url("ldap", "plain") + "'}}}";
        admin.patch(path, "{'config':{'ldap':{'url':'https://localhost'}}}").expect(200);
        login(domain, "Lea", "of-lea", "").expect(503);
        admin.patch(path, good).expect(200);
        login(domain, "Lea", "of-lea", "").expect(201);
        admin.patch(path + "/identity/driver", "{'config':{'driver':'nis'}}").expect(200);
        login(domain, "Lea", "of-lea", "").expect(503);
        admin.patch(path + "/identity/driver", "{'config':{'driver':'ldap'}}").expect(200);
        login(domain, "Lea", "of-lea", "").expect(201);
    }
}
