package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.monostack.identity.IdentityFixture.unique;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.platform.database.Database;
import org.monostack.platform.testing.TestClient;
import org.monostack.platform.testing.TestDatabase;

class BootstrapTest {

    @Test
    void seedingAgainChangesNothingButPasswords(@TempDir Path keys) {
        String name = unique("seeded");
        try (IdentityFixture cloud = IdentityFixture.start()) {
            Database database = TestDatabase.open();
            IdentityConfig config = IdentityConfig.builder(keys).withBcryptCost(4).build();
            IdentityBootstrap first = new IdentityModule(database, config).bootstrap();
            String id = first.ensureUser("default", name, "one");
            String token = cloud.token(name, "one", "");
            IdentityBootstrap second = new IdentityModule(database, config).bootstrap();
            assertThat(second.ensureUser("default", name, "one")).isEqualTo(id);
            assertThat(second.ensureRole("member")).isEqualTo(cloud.memberRole);
            TestClient client = cloud.client(token);
            client.get("/auth/projects").expect(200);
            // A password that was changed since is set back, and tokens of the time between end.
            client.post("/users/" + id + "/password", change("one", "two")).expect(204);
            cloud.login(name, "two", "").expect(201);
            new IdentityModule(database, config).bootstrap().ensureUser("default", name, "one");
            cloud.login(name, "two", "").expect(401);
            cloud.login(name, "one", "").expect(201);
            new IdentityModule(database, config).bootstrap().ensureUser("default", name, "three");
            cloud.login(name, "three", "").expect(201);
        }
    }

    private static String change(String from, String to) {
        return "{'user':{'original_password':'" + from + "','password':'" + to + "'}}";
    }
}
