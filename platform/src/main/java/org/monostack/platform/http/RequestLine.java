package org.monostack.platform.http;

import java.util.Optional;

/**
 * What a request asks for, as far as a token may restrict it.
 *
 * @param service the short name of the service that answers, such as compute
 * @param path below the service's prefix, percent-encoded as it came
 * @param serviceToken that of the service which passes the request on for the token's user; empty
 *     if nobody does
 */
public record RequestLine(
        String service, String method, String path, Optional<String> serviceToken) {}
