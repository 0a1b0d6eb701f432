package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.monostack.platform.invariant.CheckResult;
import org.monostack.platform.invariant.Finding;
import org.monostack.platform.invariant.Invariants;

/** Assignments that lead nowhere are found and removed; the others are left alone. */
class AssignmentInvariantsTest {
    private static IdentityFixture identity;
    private static Invariants invariants;

    @BeforeAll
    static void start() {
        identity = IdentityFixture.start();
        invariants =
                new Invariants(
                        identity.module.invariants(),
                        new Invariants.Pace(Duration.ofMinutes(10), Duration.ofMillis(5)));
    }

    @AfterAll
    static void stop() {
        invariants.close();
        identity.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"actor", "target", "role"})
    void anAssignmentThatLeadsNowhereIsRemoved(String missing) {
        String nobody = UUID.randomUUID().toString().replace("-", "");
        String actor = missing.equals("actor") ? nobody : identity.demoUser;
        String target = missing.equals("target") ? nobody : identity.demoProject;
        String role = missing.equals("role") ? nobody : identity.readerRole;
        identity.database.run(tx -> {
            tx.sql().execute("set foreign_key_checks = 0");
            tx.sql()
                    .execute(
                            "insert into identity.assignment (actor_kind, actor_id, target_kind,"
                                    + " target_id, role_id, inherited, created_at) values ('user', '"
                                    + actor
                                    + "', 'project', '"
                                    + target
                                    + "', '"
                                    + role
                                    + "', false, now())");
            tx.sql().execute("set foreign_key_checks = 1");
        });
        String id = actor + "/" + target + "/" + role;

        assertThat(find(id, false)).singleElement().matches(Finding::repairable);
        assertThat(find(id, true)).singleElement().matches(Finding::repaired);
        assertThat(find(id, false)).isEmpty();
    }

    private static List<Finding> find(String id, boolean repair) {
        return invariants.examine(repair).stream()
                .map(CheckResult::findings)
                .flatMap(List::stream)
                .filter(finding -> finding.resourceId().equals(id))
                .toList();
    }
}
