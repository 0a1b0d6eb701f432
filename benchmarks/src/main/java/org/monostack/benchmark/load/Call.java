package org.monostack.benchmark.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request, ready to be sent any number of times.
 *
 * @param body empty for none
 */
public record Call(String method, URI url, Map<String, String> headers, String body) {

    static Call of(String method, String url, Map<String, String> headers) {
        return new Call(method, URI.create(url), headers, "");
    }

    Call with(String json) {
        return new Call(method, url, headers, json);
    }

    /** As it goes over the wire. */
    byte[] bytes() {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(query).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(url.getAuthority()).append("\r\n");
        head.append("Accept: application/json\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        if (content.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        if (content.length > 0 && !headers.containsKey("Content-Type")) {
            head.append("Content-Type: application/json\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + content.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(content, 0, all, start.length, content.length);
        return all;
    }
}
