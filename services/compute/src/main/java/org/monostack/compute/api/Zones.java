package org.monostack.compute.api;

import java.util.HashMap;
import java.util.Map;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.store.AggregateStore;
import org.monostack.platform.database.Transaction;

/** Which availability zone each host is in. */
final class Zones {
    /** Where services that run no servers are shown. */
    static final String INTERNAL = "internal";

    private final AggregateStore aggregates;
    private final String defaultZone;

    Zones(AggregateStore aggregates, String defaultZone) {
        this.aggregates = aggregates;
        this.defaultZone = defaultZone;
    }

    String defaultZone() {
        return defaultZone;
    }

    /** The zones that aggregates put hosts in; other hosts are absent. */
    Map<String, String> byHost(Transaction tx) {
        Map<String, String> zones = new HashMap<>();
        aggregates
                .list(tx)
                .forEach(aggregate ->
                        aggregate
                                .zone()
                                .ifPresent(zone ->
                                        aggregate.hosts().forEach(host -> zones.put(host, zone))));
        return zones;
    }

    String of(ComputeService service, Map<String, String> byHost) {
        return service.program().equals(ComputeService.COMPUTE)
                ? byHost.getOrDefault(service.host(), defaultZone)
                : INTERNAL;
    }
}
