package org.monostack.platform.invariant;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one look at one invariant came to.
 *
 * @param trouble why it could not be checked, if it could not
 */
public record CheckResult(
        String check,
        String statement,
        Instant at,
        Duration took,
        List<Finding> findings,
        Optional<String> trouble) {

    /** How many findings are left after the repairs. */
    public long left() {
        return findings.stream().filter(finding -> !finding.repaired()).count();
    }
}
