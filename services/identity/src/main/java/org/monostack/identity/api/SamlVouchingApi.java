package org.monostack.identity.api;

import org.monostack.identity.federation.SamlSelf;
import org.monostack.identity.federation.SamlVouching;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;

/**
 * /v3/auth/OS-FEDERATION/saml2: assertions for users of ours, to be brought to another cloud; and
 * what that cloud must know of this one. The token in the body is what allows it.
 */
public final class SamlVouchingApi {

    private static final String PATH = "/v3/auth/OS-FEDERATION/saml2";
    private static final String XML = "text/xml";

    private final SamlVouching vouching;
    private final SamlSelf self;

    public SamlVouchingApi(SamlVouching vouching, SamlSelf self) {
        this.vouching = vouching;
        this.self = self;
    }

    public void routes(Routes routes) {
        Schema schema = Schema.of("identity", "saml-create");
        routes.post(PATH, request -> vouch(request, false)).open().body(schema);
        routes.post(PATH + "/ecp", request -> vouch(request, true)).open().body(schema);
        routes.get("/v3/OS-FEDERATION/saml2/metadata", this::metadata).open();
    }

    private Response vouch(Request request, boolean enveloped) {
        JsonNode auth = request.json().path("auth");
        SamlVouching.Voucher voucher =
                vouching.vouch(
                        auth.at("/scope/service_provider/id").asString(""),
                        auth.at("/identity/token/id").asString(""),
                        enveloped);
        return Response.bytes(200, XML, voucher.document())
                .header("X-sp-url", voucher.provider().spUrl())
                .header("X-auth-url", voucher.provider().authUrl())
                .header("Cache-Control", "no-store");
    }

    private Response metadata(Request request) {
        return Response.bytes(200, XML, self.identityProviderMetadata());
    }
}
