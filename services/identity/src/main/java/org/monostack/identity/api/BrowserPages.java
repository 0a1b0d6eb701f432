package org.monostack.identity.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;

/** What browsers get that log in by way of an identity provider: pages and cookies. Stateless. */
final class BrowserPages {

    /** By which a browser proves that a log-in began in it. */
    static final String COOKIE = "monostack_sso";

    private static final String HTML = "text/html; charset=utf-8";

    private BrowserPages() {}

    static Response page(String title, String body) {
        return Response.text(
                200,
                HTML,
                "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
                        + title
                        + "</title></head><body><p>"
                        + title
                        + "...</p>"
                        + body
                        + "</body></html>\n");
    }

    /** Takes a token to the dashboard, as Keystone does. */
    static Response token(Request request, String origin, String token) {
        return posting("Logging in", origin, Map.of("token", token))
                .header("Set-Cookie", cookie(request, COOKIE, "", 0));
    }

    /** A page that posts these fields as soon as it is there. */
    static Response posting(String title, String address, Map<String, String> fields) {
        StringBuilder form =
                new StringBuilder("<form id=\"sso\" name=\"sso\" action=\"")
                        .append(html(address))
                        .append("\" method=\"post\">");
        fields.forEach((name, value) ->
                form.append("<input type=\"hidden\" name=\"")
                        .append(name)
                        .append("\" id=\"")
                        .append(name)
                        .append("\" value=\"")
                        .append(html(value))
                        .append("\">"));
        form.append("<noscript><input type=\"submit\" value=\"Continue\"></noscript></form>")
                .append("<script>document.forms['sso'].submit();</script>");
        return page(title, form.toString()).header("Cache-Control", "no-store");
    }

    /** A cookie for this service alone, of so many seconds; 0 takes it away. */
    static String cookie(Request request, String name, String value, long seconds) {
        return name
                + "="
                + value
                + "; Path=/; Max-Age="
                + seconds
                + "; HttpOnly; SameSite=Lax"
                + (request.origin().startsWith("https:") ? "; Secure" : "");
    }

    static Optional<String> cookie(Request request, String name) {
        return request.headers("Cookie").stream()
                .flatMap(line -> List.of(line.split(";")).stream())
                .map(String::strip)
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst();
    }

    static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
