package org.monostack.platform.http;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A request as it came from the wire, before any stage looked at it.
 *
 * @param rawPath percent-encoded, below the binding's prefix; starts with a slash
 * @param rawQuery without the question mark; empty if none
 * @param prefix the path under which the service is bound, without trailing slash
 * @param origin scheme and authority as the client sees them, such as http://127.0.0.1:5000
 * @param attributes what the listener knows of the connection, such as a metadata network
 */
record RawRequest(
        String method,
        String rawPath,
        String rawQuery,
        String prefix,
        String origin,
        List<Response.Header> headers,
        InputStream body,
        OptionalLong contentLength,
        String remoteAddress,
        Map<String, String> attributes) {}
