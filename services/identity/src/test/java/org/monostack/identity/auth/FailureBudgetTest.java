package org.monostack.identity.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How failures are used up and come back, with a clock of the test's own. */
class FailureBudgetTest {

    private final AtomicLong now = new AtomicLong();

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static Duration failure(FailureBudget budget) {
        Duration wait = budget.begin();
        if (wait.isZero()) {
            budget.end(true);
        }
        return wait;
    }

    @Test
    void failuresComeBackOneByOne() {
        FailureBudget budget = new FailureBudget(6, now::get);
        for (int i = 0; i < 6; i++) {
            assertThat(failure(budget)).isZero();
        }
        assertThat(failure(budget)).isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_001));
        pass(Duration.ofSeconds(9));
        assertThat(failure(budget)).isBetween(Duration.ofMillis(999), Duration.ofMillis(1_001));
        pass(Duration.ofMillis(1_001));
        assertThat(failure(budget)).isZero();
        assertThat(failure(budget)).isPositive();
        pass(Duration.ofHours(1));
        for (int i = 0; i < 6; i++) {
            assertThat(failure(budget)).isZero();
        }
        assertThat(failure(budget)).isPositive();
    }

    @Test
    void successesCostNothing() {
        FailureBudget budget = new FailureBudget(1, now::get);
        for (int i = 0; i < 100; i++) {
            assertThat(budget.begin()).isZero();
            budget.end(false);
        }
        assertThat(failure(budget)).isZero();
        assertThat(failure(budget)).isPositive();
    }

    @Test
    void anAddressIsItsNetwork() {
        assertThat(LoginLimits.network("2001:db8:1:2::7"))
                .isEqualTo(LoginLimits.network("2001:db8:1:2:ffff::9"))
                .isNotEqualTo(LoginLimits.network("2001:db8:1:3::7"));
        assertThat(LoginLimits.network("192.0.2.1")).isEqualTo("192.0.2.1");
    }
}
