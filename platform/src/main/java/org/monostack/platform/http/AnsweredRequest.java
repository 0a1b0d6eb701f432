package org.monostack.platform.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.monostack.platform.policy.Policy;

/**
 * A request and what came of it.
 *
 * @param path without the query, which may hold what nobody should keep
 * @param route the template that matched, if one did
 * @param named what the path named: ids, most often
 * @param failure what the answer says is wrong, if something is
 */
public record AnsweredRequest(
        String service,
        String method,
        String path,
        Optional<String> route,
        Response response,
        String requestId,
        Optional<String> globalRequestId,
        Optional<Caller> caller,
        String remoteAddress,
        Instant startedAt,
        Duration took,
        List<Verdict> verdicts,
        Policy policy,
        Collection<String> named,
        Optional<String> failure) {

    /** What the policy said to a rule. */
    public record Verdict(String rule, boolean allowed) {}

    public int status() {
        return response.status();
    }
}
