package org.monostack.placement.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that has resources: a host, a device of a host, a shared store.
 *
 * @param parent the provider it is part of, if any
 * @param root the top of its tree; itself when it has no parent
 * @param generation raised by every change of what it has or gives, so that writers notice each
 *     other
 */
public record Provider(
        UUID id,
        String name,
        Optional<UUID> parent,
        UUID root,
        long generation,
        Instant createdAt,
        Instant updatedAt) {}
