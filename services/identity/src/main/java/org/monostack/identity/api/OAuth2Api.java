package org.monostack.identity.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.OAuth2Config.Method;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.ClientCertificate;
import org.monostack.identity.auth.ClientCertificates;
import org.monostack.identity.auth.LoginRequest;
import org.monostack.identity.federation.CertificateLogins;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * /v3/OS-OAUTH2/token: the client credentials of OAuth 2.0 (RFC 6749, section 4.4), which are those
 * of an application credential, or a user's id and certificate (RFC 8705). Errors have that
 * standard's form, not Keystone's.
 */
public final class OAuth2Api {

    private static final int MAX_FORM_BYTES = 16 << 10;
    private static final String BASIC = "basic ";
    private static final String METHOD = "application_credential";

    private final Authentication authentication;
    private final Set<Method> methods;
    private final ClientCertificates certificates;
    private final CertificateLogins certificateLogins;

    /** The id and the secret of an application credential. */
    private record Client(String id, String secret) {}

    /**
     * @param methods by which a client may get a token
     */
    public OAuth2Api(
            Authentication authentication,
            Set<Method> methods,
            ClientCertificates certificates,
            CertificateLogins certificateLogins) {
        this.authentication = authentication;
        this.methods = Set.copyOf(methods);
        this.certificates = certificates;
        this.certificateLogins = certificateLogins;
    }

    public void routes(Routes routes) {
        routes.post("/v3/OS-OAUTH2/token", this::token).open().rawBody();
    }

    private Response token(Request request) {
        try {
            Query form = Query.parse(form(request));
            Optional<String> grant = form.first("grant_type");
            if (grant.isEmpty()) {
                return refused(400, "invalid_request", "The parameter grant_type is required.");
            }
            if (!grant.get().equals("client_credentials")) {
                return refused(
                        400,
                        "unsupported_grant_type",
                        "The parameter grant_type " + grant.get() + " is not supported.");
            }
            return answer(issued(request, form));
        } catch (ApiException e) {
            return switch (e.status()) {
                case 401 ->
                        refused(401, "invalid_client", e.message())
                                .header(
                                        "WWW-Authenticate",
                                        "Keystone uri=\"" + request.baseUrl() + "/v3\"");
                case 400, 413 -> refused(e.status(), "invalid_request", e.message());
                default -> throw e;
            };
        }
    }

    private static String form(Request request) {
        try {
            byte[] content = request.bodyStream().readNBytes(MAX_FORM_BYTES + 1);
            if (content.length > MAX_FORM_BYTES) {
                throw ApiException.tooLarge("Request is too large.");
            }
            return new String(content, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw ApiException.badRequest("The request body ended before it was complete.");
        }
    }

    /** Who shows a certificate is asked for nothing else, as in Keystone. */
    private Authentication.Issued issued(Request request, Query form) {
        Optional<ClientCertificate> certificate =
                certificates.shown(request.remoteAddress(), request.headers());
        if (certificate.isEmpty()) {
            require(Method.CLIENT_SECRET_BASIC);
            return issued(request, client(request, form));
        }
        require(Method.TLS_CLIENT_AUTH);
        String userId =
                form.first("client_id").filter(it -> !it.isEmpty()).orElseThrow(OAuth2Api::failed);
        return certificateLogins.login(userId, certificate.get());
    }

    private void require(Method method) {
        if (!methods.contains(method)) {
            throw failed();
        }
    }

    private static ApiException failed() {
        return ApiException.unauthorized("Client authentication failed.");
    }

    private static Client client(Request request, Query form) {
        Client client =
                request.header("Authorization")
                        .filter(it -> it.toLowerCase(Locale.ROOT).startsWith(BASIC))
                        .map(it -> basic(it.substring(BASIC.length()).strip()))
                        .orElseGet(() ->
                                new Client(
                                        form.first("client_id").orElse(""),
                                        form.first("client_secret").orElse("")));
        if (client.id().isEmpty() || client.secret().isEmpty()) {
            throw failed();
        }
        return client;
    }

    private static Client basic(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? new Client(pair, "")
                    : new Client(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw failed();
        }
    }

    private Authentication.Issued issued(Request request, Client client) {
        ObjectNode identity = Json.object();
        identity.set("methods", Json.strings(List.of(METHOD)));
        identity.set(METHOD, Json.object().put("id", client.id()).put("secret", client.secret()));
        ObjectNode auth = Json.object();
        auth.set("identity", identity);
        Authentication.Result result =
                authentication.authenticate(
                        new LoginRequest(
                                auth,
                                request.baseUrl() + request.rawPath(),
                                List.of(),
                                Optional.empty(),
                                request.remoteAddress(),
                                Optional.empty()));
        if (!(result instanceof Authentication.Issued issued)) {
            throw failed();
        }
        return issued;
    }

    private static Response answer(Authentication.Issued issued) {
        Duration left = Duration.between(Times.now(), issued.valid().content().expiresAt());
        return uncached(
                Response.json(
                        200,
                        Json.object()
                                .put("access_token", issued.token())
                                .put("token_type", "Bearer")
                                .put("expires_in", left.toSeconds())));
    }

    private static Response refused(int status, String error, String description) {
        return uncached(
                Response.json(
                        status,
                        Json.object().put("error", error).put("error_description", description)));
    }

    private static Response uncached(Response response) {
        return response.header("Cache-Control", "no-store").header("Pragma", "no-cache");
    }
}
