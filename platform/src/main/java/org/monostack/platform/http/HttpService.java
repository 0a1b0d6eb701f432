package org.monostack.platform.http;

import java.util.Optional;
import org.monostack.platform.policy.Policy;

/**
 * A service as the listener sees it: what it is called, what it answers, and how.
 *
 * @param name the short name used for prefixes and logs, such as compute
 * @param requestIdHeader a header of the service's own that carries the request's id as well
 */
public record HttpService(
        String name,
        Routes routes,
        ErrorRenderer errors,
        Optional<MicroversionRange> microversions,
        Authenticator authenticator,
        Policy policy,
        Optional<String> requestIdHeader) {

    public HttpService(
            String name,
            Routes routes,
            ErrorRenderer errors,
            Optional<MicroversionRange> microversions,
            Authenticator authenticator,
            Policy policy) {
        this(name, routes, errors, microversions, authenticator, policy, Optional.empty());
    }
}
