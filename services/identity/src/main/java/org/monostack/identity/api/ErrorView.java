package org.monostack.identity.api;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.ErrorRenderer;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;

/** Keystone's error envelope. */
public final class ErrorView implements ErrorRenderer {

    private static final Map<Integer, String> TITLES =
            Map.ofEntries(
                    Map.entry(400, "Bad Request"),
                    Map.entry(401, "Unauthorized"),
                    Map.entry(403, "Forbidden"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(406, "Not Acceptable"),
                    Map.entry(409, "Conflict"),
                    Map.entry(410, "Gone"),
                    Map.entry(413, "Request Entity Too Large"),
                    Map.entry(415, "Unsupported Media Type"),
                    Map.entry(429, "Too Many Requests"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(501, "Not Implemented"),
                    Map.entry(503, "Service Unavailable"));

    private static final Pattern REFUSED =
            Pattern.compile("Policy doesn't allow (\\S+) to be performed\\.");

    @Override
    public Response render(ApiException error, Request request) {
        return Views.member(
                error.status(),
                "error",
                Json.object()
                        .put("code", error.status())
                        .put("message", message(error))
                        .put("title", TITLES.getOrDefault(error.status(), "Error")));
    }

    /** A refused policy rule, in the words that Keystone's users know. */
    private static String message(ApiException error) {
        Matcher refused = REFUSED.matcher(error.message());
        return refused.matches()
                ? "You are not authorized to perform the requested action: "
                        + refused.group(1)
                        + "."
                : error.message();
    }
}
