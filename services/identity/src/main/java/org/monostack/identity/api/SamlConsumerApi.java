package org.monostack.identity.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.federation.BrowserLogins;
import org.monostack.identity.federation.SamlLogins;
import org.monostack.identity.federation.SamlSelf;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;

/**
 * Where assertions of identity providers are brought: by browsers (the HTTP-POST binding) and by
 * programs (PAOS). The paths are those of Apache's mod_shib, since what Keystone's documents and
 * clients say of service providers names them.
 */
public final class SamlConsumerApi {

    /** By which a program gets its token after its assertion was taken. */
    static final String COOKIE = "monostack_saml";

    private static final int MAX_BYTES = 512 << 10;

    private final Authentication authentication;
    private final SamlLogins logins;
    private final SamlSelf self;

    public SamlConsumerApi(Authentication authentication, SamlLogins logins, SamlSelf self) {
        this.authentication = authentication;
        this.logins = logins;
        this.self = self;
    }

    public void routes(Routes routes) {
        routes.post(SamlSelf.POST, this::browser).open().rawBody();
        routes.post(SamlSelf.ECP, this::program).open().rawBody().answers(302);
        routes.get(SamlSelf.METADATA, this::metadata).open();
    }

    private static byte[] body(Request request) {
        try {
            byte[] content = request.bodyStream().readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw ApiException.tooLarge("Request is too large.");
            }
            return content;
        } catch (IOException e) {
            throw ApiException.badRequest("The request body ended before it was complete.");
        }
    }

    private Response browser(Request request) {
        Query form = Query.parse(new String(body(request), StandardCharsets.UTF_8));
        String encoded =
                form.first("SAMLResponse")
                        .orElseThrow(() ->
                                ApiException.badRequest("The form has no field SAMLResponse."));
        Optional<String> secret = BrowserPages.cookie(request, BrowserPages.COOKIE);
        if (secret.isEmpty() && !form.contains("again")) {
            // A browser that comes from another site keeps the cookie back; from here it sends it.
            return BrowserPages.posting(
                    "Logging in",
                    request.baseUrl() + SamlSelf.POST,
                    Map.of("SAMLResponse", encoded, "again", "1"));
        }
        BrowserLogins.Arrival arrival = logins.arrive(decoded(encoded), secret);
        String token = authentication.issueFor(arrival.proof(), Optional.empty()).token();
        return BrowserPages.token(request, arrival.origin(), token);
    }

    private static byte[] decoded(String encoded) {
        try {
            return Base64.getMimeDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The field SAMLResponse is not in Base64.");
        }
    }

    private Response program(Request request) {
        SamlLogins.Taken taken = logins.take(body(request));
        String address = logins.address(request.baseUrl());
        return Response.empty(302)
                .header(
                        "Location",
                        taken.returnTo()
                                .map(it -> address + FederatedAuthApi.programs(it))
                                .orElse(address + "/v3"))
                .header("Cache-Control", "no-store")
                .header(
                        "Set-Cookie",
                        BrowserPages.cookie(
                                request, COOKIE, taken.secret(), SamlLogins.SESSION.toSeconds()));
    }

    private Response metadata(Request request) {
        return Response.bytes(200, "application/samlmetadata+xml", self.serviceProviderMetadata());
    }
}
