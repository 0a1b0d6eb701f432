package org.monostack.compute.api;

import java.util.Optional;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;

/**
 * A list's page as a client asks for it.
 *
 * @param limit the most items to return; never more than the service allows
 */
record Paging(int limit, Optional<String> marker) {
    /** The most items that one answer holds. */
    static final int MOST = 1000;

    static Paging of(Query query) {
        int limit = MOST;
        Optional<String> text = query.first("limit");
        if (text.isPresent()) {
            limit = Math.min(nonNegative("limit", text.get()), MOST);
        }
        return new Paging(limit, query.first("marker"));
    }

    static int nonNegative(String name, String text) {
        try {
            long value = Long.parseLong(text.strip());
            if (value >= 0) {
                return (int) Math.min(value, Integer.MAX_VALUE);
            }
        } catch (NumberFormatException e) {
            // Answered below, as for a negative one.
        }
        throw ApiException.badRequest(
                "Invalid input for query parameters "
                        + name
                        + ". Value: "
                        + text
                        + ". '"
                        + text
                        + "' does not match '^[0-9]*$'");
    }
}
