package org.monostack.identity.model;

import java.util.Map;
import java.util.Optional;

/**
 * Endpoints that have something in common, to be shown to some projects only.
 *
 * @param filters what they have in common: {@code interface}, {@code service_id}, {@code region_id}
 */
public record EndpointGroup(
        String id, String name, Optional<String> description, Map<String, String> filters) {

    public EndpointGroup {
        filters = Map.copyOf(filters);
    }

    public boolean contains(Endpoint endpoint) {
        return filters.entrySet().stream()
                .allMatch(filter ->
                        switch (filter.getKey()) {
                            case "interface" -> endpoint.kind().equals(filter.getValue());
                            case "service_id" -> endpoint.serviceId().equals(filter.getValue());
                            case "region_id" ->
                                    endpoint.regionId().orElse("").equals(filter.getValue());
                            default -> false;
                        });
    }
}
