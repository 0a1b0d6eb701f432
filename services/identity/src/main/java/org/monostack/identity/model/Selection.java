package org.monostack.identity.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which part of a collection a request asks for: filters, and a page of the order by id.
 *
 * @param marker the id after which the page begins
 */
public record Selection(List<Filter> filters, Optional<String> marker, OptionalInt limit) {

    public static final Selection ALL =
            new Selection(List.of(), Optional.empty(), OptionalInt.empty());

    public Selection {
        filters = List.copyOf(filters);
    }
}
