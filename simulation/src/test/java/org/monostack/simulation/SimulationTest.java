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
    private static final List<Campaign.Kind> KINDS =
            List.of(CloudHistory::play, EngineHistory::play);
    private static Optional<Campaign> campaign = Optional.empty();

    @BeforeAll
    static void open() {
        campaign = Optional.of(new Campaign());
    }

    @AfterAll
    static void close() {
        campaign.ifPresent(Campaign::close);
    }

    // As many as the time allows, from the first seed on; conformance/simulate.sh plays more.

    @Test
    void everyHistoryOfTheCloudEndsWell() throws InterruptedException {
        endWell("the cloud", CloudHistory::play, Duration.ofSeconds(12));
    }

    @Test
    void everyHistoryOfOperationsEndsWell() throws InterruptedException {
        endWell("operations", EngineHistory::play, Duration.ofSeconds(48));
    }

    private static void endWell(String what, Campaign.Kind kind, Duration limit)
            throws InterruptedException {
        List<String> failures = new ArrayList<>();
        long played =
                campaign.orElseThrow()
                        .run(
                                kind,
                                1,
                                Long.MAX_VALUE,
                                limit,
                                result -> {
                                    if (!result.passed()) {
                                        failures.add(result.report());
                                    }
                                });
        System.out.println(played + " histories of " + what + ", " + failures.size() + " failed");
        assertThat(failures).isEmpty();
        assertThat(played).isPositive();
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        for (Campaign.Kind kind : KINDS) {
            for (long seed = 1; seed <= 6; seed++) {
                assertThat(withoutIds(kind.play(ground(), seed, Flaws.NONE).story()))
                        .isEqualTo(withoutIds(kind.play(ground(), seed, Flaws.NONE).story()));
            }
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
        for (Campaign.Kind kind : KINDS) {
            assertThat(firstViolation(kind, new Flaws(true, false))).contains("was made");
        }
    }

    @Test
    void whatIsNotUndoneIsNoticed() {
        Flaws flaws = new Flaws(false, true);
        assertThat(firstViolation(CloudHistory::play, flaws)).contains("plugged");
        assertThat(firstViolation(EngineHistory::play, flaws)).contains("has the parts");
    }

    private static String firstViolation(Campaign.Kind kind, Flaws flaws) {
        for (long seed = 1; seed <= 100; seed++) {
            History.Result result = kind.play(ground(), seed, flaws);
            if (!result.passed()) {
                return result.violations().getFirst();
            }
        }
        return "none";
    }
}
