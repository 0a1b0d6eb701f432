package org.monostack.platform.http;

/**
 * What a request asks for, as far as a token may restrict it.
 *
 * @param service the short name of the service that answers, such as compute
 * @param path below the service's prefix, percent-encoded as it came
 */
public record RequestLine(String service, String method, String path) {}
