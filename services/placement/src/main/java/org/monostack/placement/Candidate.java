package org.monostack.placement;

import java.util.Map;
import java.util.UUID;

/**
 * A provider that can serve a query at the time of reading, with what a weigher wants to know.
 *
 * @param capacities by resource class, all that the provider has, not only what was asked for
 */
public record Candidate(UUID provider, String name, Map<String, Capacity> capacities) {}
