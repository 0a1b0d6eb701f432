package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestClient;

/** Passcodes, several factors, and signed requests. */
class FactorsTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        cloud = IdentityFixture.start();
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static byte[] hmac(String algorithm, String key, byte[] text) throws Exception {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
        return mac.doFinal(text);
    }

    /** RFC 6238 for the key 12345678901234567890. */
    private static String passcode() throws Exception {
        byte[] counter =
                ByteBuffer.allocate(8).putLong(Instant.now().getEpochSecond() / 30).array();
        byte[] hash = hmac("HmacSHA1", "12345678901234567890", counter);
        int value = ByteBuffer.wrap(hash, hash[19] & 0xf, 4).getInt() & Integer.MAX_VALUE;
        return String.format(Locale.ROOT, "%06d", value % 1_000_000);
    }

    private static String totp(String user, String passcode) {
        return "{'auth':{'identity':{'methods':['totp'],'totp':{'user':{'id':'"
                + user
                + "','passcode':'"
                + passcode
                + "'}}}}}";
    }

    @Test
    void whoNeedsTwoFactorsGetsAReceiptForTheFirst() throws Exception {
        String name = unique("careful");
        String user = cloud.newUser(name, "pw");
        TestClient admin = cloud.admin();
        admin.post(
                        "/credentials",
                        "{'credential':{'type':'totp','user_id':'"
                                + user
                                + "','blob':'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'}}")
                .expect(201);
        admin.patch(
                        "/users/" + user,
                        "{'user':{'options':{'multi_factor_auth_rules':[['password','totp']]}}}")
                .expect(200);
        TestClient.Answer half = cloud.login(name, "pw", "").expect(401);
        assertThat(half.json().at("/required_auth_methods/0").toString())
                .isEqualTo("[\"password\",\"totp\"]");
        String receipt = half.header("Openstack-Auth-Receipt").orElseThrow();
        TestClient again = cloud.anonymous().with("Openstack-Auth-Receipt", receipt);
        again.post("/auth/tokens", totp(user, "000000")).expect(401);
        again.post("/auth/tokens", totp(cloud.demoUser, passcode())).expect(401);
        assertThat(
                        again.post("/auth/tokens", totp(user, passcode()))
                                .expect(201)
                                .json()
                                .at("/token/methods")
                                .toString())
                .contains("password", "totp");
        // A receipt is no token.
        cloud.client(receipt).get("/auth/projects").expect(401);
        // Other tests' keys could not read what is stored under these.
        admin.delete("/users/" + user).expect(204);
    }

    @Test
    void aSignedRequestBelongsToWhoeverHasTheKey() throws Exception {
        var key =
                cloud.demo()
                        .post(
                                "/users/" + cloud.demoUser + "/credentials/OS-EC2",
                                "{'tenant_id':'" + cloud.demoProject + "'}")
                        .expect(201)
                        .json()
                        .path("credential");
        String text =
                "GET\n127.0.0.1\n/\nAction=Test&SignatureMethod=HmacSHA256&SignatureVersion=2";
        String signature =
                java.util.Base64.getEncoder()
                        .encodeToString(
                                hmac(
                                        "HmacSHA256",
                                        key.path("secret").asString(),
                                        text.getBytes(StandardCharsets.UTF_8)));
        String body =
                "{'credentials':{'access':'"
                        + key.path("access").asString()
                        + "','host':'127.0.0.1:8000','verb':'GET','path':'/','params':{"
                        + "'SignatureVersion':'2','Action':'Test'%s},'headers':{},'signature':'"
                        + signature
                        + "'}}";
        assertThat(
                        cloud.admin()
                                .post("/ec2tokens", body.formatted(""))
                                .expect(200)
                                .json()
                                .at("/token/user/id")
                                .asString())
                .isEqualTo(cloud.demoUser);
        cloud.admin().post("/ec2tokens", body.formatted(",'More':'1'")).expect(401);
        cloud.demo().post("/ec2tokens", body.formatted("")).expect(403);
        cloud.admin().post("/ec2tokens", "{'credentials':{'access':'none'}}").expect(404);
        cloud.demo()
                .delete(
                        "/users/"
                                + cloud.demoUser
                                + "/credentials/OS-EC2/"
                                + key.path("access").asString())
                .expect(204);
    }
}
