package org.monostack.placement.model;

import java.util.Optional;
import java.util.UUID;

/**
 * Who holds allocations, such as a server.
 *
 * @param type such as INSTANCE; absent when whoever made it did not say
 * @param generation raised by every change of what it holds
 */
public record Consumer(
        UUID id, String projectId, String userId, Optional<String> type, long generation) {}
