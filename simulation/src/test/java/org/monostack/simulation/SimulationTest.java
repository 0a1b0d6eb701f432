package org.monostack.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What must hold holds in every history; and the checks would notice if it did not. */
class SimulationTest {
    private static Optional<Campaign> campaign = Optional.empty();

    @BeforeAll
    static void open() {
        campaign = Optional.of(new Campaign());
    }

    @AfterAll
    static void close() {
        campaign.ifPresent(Campaign::close);
    }

    /**
     * As many as the time allows, from the first on; {@code conformance/simulate.sh} plays more.
     */
    @Test
    void everyHistoryEndsWell() throws InterruptedException {
        List<String> failures = new ArrayList<>();
        long played =
                campaign.orElseThrow()
                        .run(
                                1,
                                Long.MAX_VALUE,
                                Duration.ofSeconds(45),
                                result -> {
                                    if (!result.passed()) {
                                        failures.add(result.report());
                                    }
                                });
        System.out.println(played + " histories, " + failures.size() + " failed");
        assertThat(failures).isEmpty();
        assertThat(played).isPositive();
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        for (long seed = 1; seed <= 6; seed++) {
            assertThat(withoutIds(History.play(ground(), seed, Flaws.NONE).story()))
                    .isEqualTo(withoutIds(History.play(ground(), seed, Flaws.NONE).story()));
        }
    }

    private static Ground ground() {
        return campaign.orElseThrow().ground();
    }

    /**
     * Ids are drawn anew in each play, and things of the same instant are taken in the order of
     * their ids: which of two equal ports comes first is all that a replay may change.
     */
    private static List<String> withoutIds(List<String> story) {
        return story.stream().map(line -> line.replaceAll("<[0-9]+>", "<>")).toList();
    }

    @Test
    void aDriverThatActsTwiceIsNoticed() {
        assertThat(firstViolation(new Flaws(true, false))).contains("was made");
    }

    @Test
    void whatIsNotUndoneIsNoticed() {
        assertThat(firstViolation(new Flaws(false, true))).contains("plugged");
    }

    private static String firstViolation(Flaws flaws) {
        for (long seed = 1; seed <= 100; seed++) {
            History.Result result = History.play(ground(), seed, flaws);
            if (!result.passed()) {
                return result.violations().getFirst();
            }
        }
        return "none";
    }
}
