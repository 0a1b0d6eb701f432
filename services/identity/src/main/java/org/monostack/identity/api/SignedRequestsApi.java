package org.monostack.identity.api;

import java.util.Base64;
import java.util.List;
import java.util.function.BiPredicate;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.Ec2Logins;
import org.monostack.identity.auth.Ec2Signatures;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/ec2tokens and /v3/s3tokens: services ask whose signature a request bears. */
public final class SignedRequestsApi {

    private final Database database;
    private final Ec2Logins logins;
    private final TokenView view;

    public SignedRequestsApi(Database database, Ec2Logins logins, TokenView view) {
        this.database = database;
        this.logins = logins;
        this.view = view;
    }

    public void routes(Routes routes) {
        routes.post("/v3/ec2tokens", this::ec2).policy("identity:ec2tokens_validate");
        routes.post("/v3/s3tokens", this::s3).policy("identity:s3tokens_validate");
    }

    private Response ec2(Request request) {
        return token(request, Ec2Signatures::isEc2);
    }

    private Response s3(Request request) {
        return token(
                request,
                (signed, secret) ->
                        Ec2Signatures.isS3(
                                decoded(signed.path("token").asString("")),
                                signed.path("signature").asString(""),
                                secret));
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(
                    "Invalid input for field 'token': it is not in URL-safe Base64.");
        }
    }

    private Response token(Request request, BiPredicate<JsonNode, String> isSigned) {
        JsonNode body = request.json();
        JsonNode signed =
                List.of("credentials", "credential", "ec2Credentials").stream()
                        .map(body::path)
                        .filter(JsonNode::isObject)
                        .findFirst()
                        .orElseThrow(() ->
                                ApiException.badRequest("'credentials' is a required property"));
        Authentication.Issued issued =
                logins.login(signed, secret -> isSigned.test(signed, secret));
        ObjectNode token = database.inTransaction(tx -> view.view(tx, issued.valid(), true));
        return Views.member(200, "token", token).header("X-Subject-Token", issued.token());
    }
}
