package org.monostack.image.api;

import java.util.Locale;
import java.util.Map;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.ErrorRenderer;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Errors as Glance's clients know them: a small HTML page, the same as JSON for those who accept
 * only that, plain text for those who say nothing.
 */
public final class ImageErrors implements ErrorRenderer {
    private static final Map<Integer, String> TITLES =
            Map.ofEntries(
                    Map.entry(400, "Bad Request"),
                    Map.entry(401, "Unauthorized"),
                    Map.entry(403, "Forbidden"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(409, "Conflict"),
                    Map.entry(410, "Gone"),
                    Map.entry(413, "Request Entity Too Large"),
                    Map.entry(415, "Unsupported Media Type"),
                    Map.entry(416, "Requested Range Not Satisfiable"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(501, "Not Implemented"),
                    Map.entry(503, "Service Unavailable"));

    @Override
    public Response render(ApiException error, Request request) {
        String title = TITLES.getOrDefault(error.status(), "Error");
        String code = error.status() + " " + title;
        String accept = request.header("Accept").orElse("").toLowerCase(Locale.ROOT);
        boolean anything = accept.contains("*/*") || accept.contains("text/*");
        if (accept.contains("text/html") || anything && !startsWithJson(accept)) {
            return Response.text(
                    error.status(),
                    "text/html; charset=UTF-8",
                    "<html>\n <head>\n  <title>"
                            + code
                            + "</title>\n </head>\n <body>\n  <h1>"
                            + code
                            + "</h1>\n  "
                            + escape(error.message())
                            + "<br /><br />\n\n\n\n </body>\n</html>");
        }
        if (accept.contains("application/json") || accept.contains("application/*")) {
            ObjectNode body = Json.object();
            body.put("message", error.message() + "<br /><br />\n\n\n");
            body.put("code", code);
            body.put("title", title);
            return Response.json(error.status(), body);
        }
        return Response.text(
                error.status(),
                "text/plain; charset=UTF-8",
                code + "\n\n" + error.message() + "\n\n\n");
    }

    private static boolean startsWithJson(String accept) {
        return accept.strip().startsWith("application/json");
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#x27;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
