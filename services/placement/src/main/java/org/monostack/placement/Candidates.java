package org.monostack.placement;

import java.util.List;
import java.util.UUID;

/**
 * The answer to a {@link CandidateQuery}: every provider is in one of the two lists.
 *
 * @param accepted in the order of their names
 * @param rejected with the reason of each, for the user who asks why there is no valid host
 */
public record Candidates(List<Candidate> accepted, List<Rejected> rejected) {

    /**
     * A provider that cannot serve the query.
     *
     * @param reason such as "MEMORY_MB: 4096 wanted, 1024 free of 8192"
     */
    public record Rejected(UUID provider, String name, String reason) {}
}
