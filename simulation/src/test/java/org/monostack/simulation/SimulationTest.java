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
            assertThat(violations(kind, new Flaws(true, false), "was made")).isNotEmpty();
        }
    }

    @Test
    void whatIsNotUndoneIsNoticed() {
        Flaws flaws = new Flaws(false, true);
        assertThat(violations(CloudHistory::play, flaws, "plugged")).isNotEmpty();
        assertThat(violations(EngineHistory::play, flaws, "has the parts")).isNotEmpty();
    }

    /** Those that say this, of the first history with any: a flaw may show in several ways. */
    private static List<String> violations(Campaign.Kind kind, Flaws flaws, String saying) {
        for (long seed = 1; seed <= 100; seed++) {
            List<String> found =
                    kind.play(ground(), seed, flaws).violations().stream()
                            .filter(violation -> violation.contains(saying))
                            .toList();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }
}
