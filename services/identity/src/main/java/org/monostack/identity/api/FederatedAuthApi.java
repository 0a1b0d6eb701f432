package org.monostack.identity.api;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.LoginRequest;
import org.monostack.identity.federation.BrowserLogins;
import org.monostack.identity.model.FederatedBy;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Where those who come from an identity provider get their tokens: programs, and browsers. */
public final class FederatedAuthApi {

    private static final String PROTOCOL = "/identity_providers/{idp_id}/protocols/{protocol_id}";
    private static final String BROWSERS = "/v3/auth/OS-FEDERATION";
    private static final String COOKIE = "monostack_sso";
    private static final String HTML = "text/html; charset=utf-8";

    private final Database database;
    private final Authentication authentication;
    private final TokenView view;
    private final BrowserLogins browsers;

    public FederatedAuthApi(
            Database database,
            Authentication authentication,
            TokenView view,
            BrowserLogins browsers) {
        this.database = database;
        this.authentication = authentication;
        this.view = view;
        this.browsers = browsers;
    }

    public void routes(Routes routes) {
        String programs = "/v3/OS-FEDERATION" + PROTOCOL + "/auth";
        routes.get(programs, this::token).open().answers(201);
        routes.post(programs, this::token).open().answers(201);
        routes.get(BROWSERS + PROTOCOL + "/websso", this::depart).open().answers(302);
        routes.post(BROWSERS + PROTOCOL + "/websso", this::depart).open().answers(302);
        routes.get(BROWSERS + PROTOCOL + "/websso/callback", this::arrive).open();
        routes.get(BROWSERS + "/websso/{protocol_id}", this::choose).open().answers(302);
        routes.post(BROWSERS + "/websso/{protocol_id}", this::choose).open().answers(302);
    }

    private static FederatedBy by(Request request) {
        return new FederatedBy(
                request.pathParameter("idp_id"), request.pathParameter("protocol_id"));
    }

    private Response token(Request request) {
        FederatedBy by = by(request);
        ObjectNode identity = Json.object();
        identity.set("methods", Json.strings(List.of(by.protocolId())));
        identity.set(
                by.protocolId(),
                Json.object()
                        .put("identity_provider", by.providerId())
                        .put("protocol", by.protocolId()));
        ObjectNode auth = Json.object();
        auth.set("identity", identity);
        LoginRequest login =
                new LoginRequest(
                        auth,
                        request.baseUrl() + request.rawPath(),
                        AuthApi.parameters(request),
                        request.header("Authorization"),
                        request.remoteAddress(),
                        request.header(LoginAnswers.RECEIPT));
        return LoginAnswers.of(request, database, view, authentication.authenticate(login));
    }

    private static String origin(Request request) {
        return request.query().first("origin").orElse("");
    }

    private Response depart(Request request) {
        return depart(request, by(request));
    }

    private Response depart(Request request, FederatedBy by) {
        BrowserLogins.Departure departure =
                browsers.depart(by, origin(request), callback(request, by));
        String secure = request.origin().startsWith("https:") ? "; Secure" : "";
        return Response.empty(302)
                .header("Location", departure.address().toString())
                .header("Cache-Control", "no-store")
                .header(
                        "Set-Cookie",
                        COOKIE
                                + "="
                                + departure.secret()
                                + "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"
                                + secure);
    }

    private static URI callback(Request request, FederatedBy by) {
        return URI.create(request.baseUrl() + BROWSERS + path(by) + "/websso/callback");
    }

    private static String path(FederatedBy by) {
        return PROTOCOL.replace("{idp_id}", escaped(by.providerId()))
                .replace("{protocol_id}", escaped(by.protocolId()));
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** To the only provider there is for the protocol, or a page that offers them all. */
    private Response choose(Request request) {
        String origin = origin(request);
        browsers.requireTrusted(origin);
        String protocol = request.pathParameter("protocol_id");
        List<String> providers = browsers.choices(protocol);
        if (providers.isEmpty()) {
            throw ApiException.unauthorized(
                    "There is no identity provider to log in at by protocol " + protocol + ".");
        }
        if (providers.size() == 1) {
            return depart(request, new FederatedBy(providers.getFirst(), protocol));
        }
        StringBuilder links = new StringBuilder();
        for (String id : providers) {
            String address =
                    request.baseUrl()
                            + BROWSERS
                            + path(new FederatedBy(id, protocol))
                            + "/websso?origin="
                            + escaped(origin);
            links.append("<li><a href=\"")
                    .append(html(address))
                    .append("\">")
                    .append(html(id))
                    .append("</a></li>");
        }
        return Response.text(200, HTML, page("Log in at", "<ul>" + links + "</ul>"));
    }

    private Response arrive(Request request) {
        FederatedBy by = by(request);
        Optional<String> error = request.query().first("error");
        if (error.isPresent()) {
            throw ApiException.unauthorized(
                    "The identity provider refused: "
                            + request.query().first("error_description").orElse(error.get()));
        }
        BrowserLogins.Arrival arrival =
                browsers.arrive(
                        by,
                        request.query().first("state").orElse(""),
                        request.query().first("code").orElse(""),
                        cookie(request),
                        callback(request, by));
        String token = authentication.issueFor(arrival.proof(), Optional.empty()).token();
        String form =
                "<form id=\"sso\" name=\"sso\" action=\""
                        + html(arrival.origin())
                        + "\" method=\"post\"><input type=\"hidden\" name=\"token\" id=\"token\""
                        + " value=\""
                        + html(token)
                        + "\"><noscript><input type=\"submit\" value=\"Continue\"></noscript></form>"
                        + "<script>document.forms['sso'].submit();</script>";
        return Response.text(200, HTML, page("Logging in", form))
                .header("Cache-Control", "no-store")
                .header("Set-Cookie", COOKIE + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    private static Optional<String> cookie(Request request) {
        return request.headers("Cookie").stream()
                .flatMap(line -> List.of(line.split(";")).stream())
                .map(String::strip)
                .filter(pair -> pair.startsWith(COOKIE + "="))
                .map(pair -> pair.substring(COOKIE.length() + 1))
                .findFirst();
    }

    private static String page(String title, String body) {
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
                + title
                + "</title></head><body><p>"
                + title
                + "...</p>"
                + body
                + "</body></html>\n";
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
