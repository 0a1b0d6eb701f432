package org.monostack.platform.http;

/** Turns a token into who it speaks for. Thread-safe; called on every authenticated request. */
@FunctionalInterface
public interface Authenticator {

    /**
     * @throws ApiException with status 401 when the token is unknown, expired, revoked, or its user
     *     or scope is disabled
     */
    Caller authenticate(String token);

    /**
     * The same for one request; a token may be good for some requests only.
     *
     * @throws ApiException with status 401 also when the token is not good for this request
     */
    default Caller authenticate(String token, RequestLine line) {
        return authenticate(token);
    }
}
