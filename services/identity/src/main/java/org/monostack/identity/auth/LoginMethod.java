package org.monostack.identity.auth;

import tools.jackson.databind.JsonNode;

/** One way to prove who somebody is. Thread-safe. */
@FunctionalInterface
public interface LoginMethod {

    /**
     * @param given what the request says under the method's name
     * @throws org.monostack.platform.http.ApiException 401 when it proves nothing
     */
    Proof prove(JsonNode given, LoginRequest request);
}
