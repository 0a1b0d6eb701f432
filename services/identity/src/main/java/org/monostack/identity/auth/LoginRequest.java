package org.monostack.identity.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A request for a token, as far as proving needs it.
 *
 * @param auth its {@code auth} object, which holds to the schema
 * @param url where it was sent, without the query
 * @param query the query's parameters, for signatures
 * @param authorization the Authorization header
 * @param address where it came from
 * @param receipt what an earlier, incomplete login has proven
 */
public record LoginRequest(
        JsonNode auth,
        String url,
        List<Map.Entry<String, String>> query,
        Optional<String> authorization,
        String address,
        Optional<String> receipt) {

    public LoginRequest {
        query = List.copyOf(query);
    }
}
