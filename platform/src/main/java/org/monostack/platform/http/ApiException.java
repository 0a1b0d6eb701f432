package org.monostack.platform.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request that cannot be answered as asked. Thrown anywhere below a handler; the service's {@link
 * ErrorRenderer} turns it into that service's own envelope. The message is shown to the user, so it
 * names the field or the thing, and never holds a secret.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private Optional<String> type = Optional.empty();

    private ApiException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** An answer with any 4xx or 5xx status. */
    public static ApiException of(int status, String message) {
        return new ApiException(status, message);
    }

    public static ApiException badRequest(String message) {
        return of(400, message);
    }

    public static ApiException unauthorized(String message) {
        return of(401, message);
    }

    public static ApiException forbidden(String message) {
        return of(403, message);
    }

    public static ApiException notFound(String message) {
        return of(404, message);
    }

    public static ApiException methodNotAllowed(String message) {
        return of(405, message);
    }

    public static ApiException notAcceptable(String message) {
        return of(406, message);
    }

    public static ApiException conflict(String message) {
        return of(409, message);
    }

    public static ApiException gone(String message) {
        return of(410, message);
    }

    public static ApiException tooLarge(String message) {
        return of(413, message);
    }

    public static ApiException unsupportedMediaType(String message) {
        return of(415, message);
    }

    /** For a call of OpenStack's API that Monostack does not have yet; listed as such. */
    public static ApiException notImplemented(String message) {
        return of(501, message);
    }

    /** An engine is away; the client should try again. */
    public static ApiException unavailable(String message) {
        return of(503, message).header("Retry-After", "1");
    }

    /** Names the service's own error type, such as Neutron's NetworkNotFound. */
    public ApiException type(String type) {
        this.type = Optional.of(type);
        return this;
    }

    public ApiException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    public Optional<String> type() {
        return type;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The message; never null. */
    public String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
