package org.monostack.compute.scheduler;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.ServerGroup;

/**
 * What a server needs of its host.
 *
 * @param forcedHost only this host will do
 * @param sameHost servers near which it shall run
 * @param differentHost servers from which it shall keep away
 */
public record SchedulingRequest(
        Flavor flavor,
        ImageRef image,
        Optional<String> zone,
        Optional<String> forcedHost,
        Optional<ServerGroup> group,
        Set<UUID> sameHost,
        Set<UUID> differentHost) {}
