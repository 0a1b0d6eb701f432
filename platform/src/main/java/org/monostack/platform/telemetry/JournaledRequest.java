package org.monostack.platform.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A request as the journal keeps it. Never its body, its query or its token.
 *
 * @param route the template that matched, if one did
 * @param verdicts what the policy was asked and why it answered so, one a line
 * @param resources ids that the path named or that the answer gave
 */
public record JournaledRequest(
        String id,
        Optional<String> globalId,
        String service,
        String method,
        String path,
        Optional<String> route,
        int status,
        String userId,
        String userName,
        Optional<String> projectId,
        String remoteAddress,
        Optional<String> verdicts,
        Optional<String> failure,
        Instant startedAt,
        Duration took,
        Set<String> resources) {}
