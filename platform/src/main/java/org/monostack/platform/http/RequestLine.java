package org.monostack.platform.http;

import java.util.List;
import java.util.Optional;

/**
 * What a request asks for, as far as a token may restrict it.
 *
 * @param service the short name of the service that answers, such as compute
 * @param path below the service's prefix, percent-encoded as it came
 * @param serviceToken that of the service which passes the request on for the token's user; empty
 *     if nobody does
 * @param bearer how the token came if it came as OAuth 2.0 has it; empty if it came as OpenStack
 *     has it
 */
public record RequestLine(
        String service,
        String method,
        String path,
        Optional<String> serviceToken,
        Optional<Bearer> bearer) {

    /**
     * A token in {@code Authorization: Bearer}.
     *
     * @param address where the connection comes from
     * @param headers of the request
     */
    public record Bearer(String address, List<Response.Header> headers) {

        public Bearer {
            headers = List.copyOf(headers);
        }
    }
}
