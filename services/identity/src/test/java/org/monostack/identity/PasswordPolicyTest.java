package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.monostack.platform.testing.TestClient;

/** Passwords that somebody else set, and how long one's own must be kept. */
class PasswordPolicyTest {

    private static IdentityFixture cloud;

    @BeforeAll
    static void start() {
        SecurityCompliance rules =
                new SecurityCompliance(
                        0,
                        Duration.ZERO,
                        0,
                        Duration.ofDays(2),
                        Duration.ZERO,
                        true,
                        Optional.empty(),
                        Optional.empty());
        cloud = IdentityFixture.start(config -> config.withCompliance(rules));
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    private static TestClient.Answer change(String user, String from, String to) {
        return cloud.anonymous()
                .post(
                        "/users/" + user + "/password",
                        "{'user':{'original_password':'" + from + "','password':'" + to + "'}}");
    }

    @Test
    void aPasswordThatAnAdministratorSetIsGoodForItsChangeAlone() {
        String name = unique("new");
        String user = cloud.newUser(name, "given");
        assertThat(cloud.login(name, "given", "").expect(401).text())
                .contains("needs to be changed", user);
        assertThat(cloud.login(name, "wrong", "").expect(401).text()).doesNotContain(user);
        change(user, "wrong", "own").expect(401);
        change(user, "given", "own").expect(204);
        cloud.login(name, "own", "").expect(201);
        // Now it is the user's own, and must be kept for a while.
        assertThat(change(user, "own", "another").expect(400).text()).contains("minimum age");
        cloud.admin().patch("/users/" + user, "{'user':{'password':'reset'}}").expect(200);
        cloud.login(name, "reset", "").expect(401);
        change(user, "reset", "own2").expect(204);
        cloud.login(name, "own2", "").expect(201);
    }

    @Test
    void optionsOfAUserLiftRulesAndAddOne() {
        String name = unique("robot");
        String user =
                cloud.admin()
                        .post(
                                "/users",
                                "{'user':{'name':'"
                                        + name
                                        + "','password':'given','options':{"
                                        + "'ignore_change_password_upon_first_use':true,"
                                        + "'lock_password':true}}}")
                        .expect(201)
                        .json()
                        .at("/user/id")
                        .asString();
        cloud.login(name, "given", "").expect(201);
        assertThat(change(user, "given", "own").expect(400).text()).contains("locked");
    }
}
