package org.monostack.identity.api;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.LoginRequest;
import org.monostack.identity.auth.Proof;
import org.monostack.identity.federation.BrowserLogins;
import org.monostack.identity.federation.SamlLogins;
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
    private static final String PROGRAMS = "/v3/OS-FEDERATION" + PROTOCOL + "/auth";
    private static final String BROWSERS = "/v3/auth/OS-FEDERATION";
    private static final String PAOS = "application/vnd.paos+xml";

    private final Database database;
    private final Authentication authentication;
    private final TokenView view;
    private final BrowserLogins browsers;
    private final SamlLogins saml;

    public FederatedAuthApi(
            Database database,
            Authentication authentication,
            TokenView view,
            BrowserLogins browsers,
            SamlLogins saml) {
        this.database = database;
        this.authentication = authentication;
        this.view = view;
        this.browsers = browsers;
        this.saml = saml;
    }

    public void routes(Routes routes) {
        routes.get(PROGRAMS, this::token).open().answers(201);
        routes.post(PROGRAMS, this::token).open().answers(201);
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
        if (saml.has(by.providerId())) {
            return samlToken(request, by);
        }
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

    /** For a program whose assertion was taken; others are told how to bring one (ECP). */
    private Response samlToken(Request request, FederatedBy by) {
        Optional<Proof> proof =
                BrowserPages.cookie(request, SamlConsumerApi.COOKIE)
                        .flatMap(secret -> saml.prove(by, secret));
        if (proof.isPresent()) {
            return LoginAnswers.of(
                            request,
                            database,
                            view,
                            authentication.issueFor(proof.get(), Optional.empty()))
                    .header(
                            "Set-Cookie",
                            BrowserPages.cookie(request, SamlConsumerApi.COOKIE, "", 0));
        }
        boolean speaksPaos =
                request.headers("Accept").stream().anyMatch(it -> it.contains(PAOS))
                        && request.headers("PAOS").stream()
                                .anyMatch(it -> it.contains("urn:liberty:paos:2003-08"));
        if (!speaksPaos) {
            throw ApiException.unauthorized(
                    "Users of identity provider " + by.providerId() + " bring a SAML assertion.");
        }
        return Response.bytes(200, PAOS, saml.challenge(by, request.baseUrl()))
                .header("Cache-Control", "no-store");
    }

    private static String origin(Request request) {
        return request.query().first("origin").orElse("");
    }

    private Response depart(Request request) {
        return depart(request, by(request));
    }

    private Response depart(Request request, FederatedBy by) {
        BrowserLogins.Departure departure =
                saml.has(by.providerId())
                        ? saml.depart(by, origin(request), request.baseUrl())
                        : browsers.depart(by, origin(request), callback(request, by));
        return Response.empty(302)
                .header("Location", departure.address().toString())
                .header("Cache-Control", "no-store")
                .header(
                        "Set-Cookie",
                        BrowserPages.cookie(request, BrowserPages.COOKIE, departure.secret(), 600));
    }

    private static URI callback(Request request, FederatedBy by) {
        return URI.create(request.baseUrl() + BROWSERS + path(by) + "/websso/callback");
    }

    private static String path(FederatedBy by) {
        return path(PROTOCOL, by);
    }

    /** Where programs whom this provider vouches for get their tokens. */
    static String programs(FederatedBy by) {
        return path(PROGRAMS, by);
    }

    private static String path(String template, FederatedBy by) {
        return template.replace("{idp_id}", escaped(by.providerId()))
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
                    .append(BrowserPages.html(address))
                    .append("\">")
                    .append(BrowserPages.html(id))
                    .append("</a></li>");
        }
        return BrowserPages.page("Log in at", "<ul>" + links + "</ul>");
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
                        BrowserPages.cookie(request, BrowserPages.COOKIE),
                        callback(request, by));
        String token = authentication.issueFor(arrival.proof(), Optional.empty()).token();
        return BrowserPages.token(request, arrival.origin(), token);
    }
}
