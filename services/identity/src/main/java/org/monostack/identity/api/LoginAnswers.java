package org.monostack.identity.api;

import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.Factors;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a log-in is answered with: a token, or a receipt for what was proven so far. Stateless. */
final class LoginAnswers {

    static final String SUBJECT_TOKEN = "X-Subject-Token";
    static final String RECEIPT = "Openstack-Auth-Receipt";

    private LoginAnswers() {}

    static Response of(
            Request request, Database database, TokenView view, Authentication.Result result) {
        return switch (result) {
            case Authentication.Issued issued -> created(request, database, view, issued);
            case Authentication.Incomplete incomplete -> receipt(incomplete.receipt());
        };
    }

    private static Response created(
            Request request, Database database, TokenView view, Authentication.Issued issued) {
        boolean withCatalog = !request.query().contains("nocatalog");
        ObjectNode token = database.reading(tx -> view.view(tx, issued.valid(), withCatalog));
        return Views.member(201, "token", token)
                .header(SUBJECT_TOKEN, issued.token())
                .header("Vary", "X-Auth-Token");
    }

    /** 401 with what was proven so far, to be sent along with the rest. */
    private static Response receipt(Factors.Receipt receipt) {
        ObjectNode node = Json.object();
        node.set("methods", Json.strings(receipt.methods()));
        node.put("issued_at", Views.time(receipt.issuedAt()));
        node.put("expires_at", Views.time(receipt.expiresAt()));
        node.set("user", Json.object().put("id", receipt.userId()));
        ArrayNode required = Json.array();
        receipt.required().forEach(methods -> required.add(Json.strings(methods)));
        ObjectNode body = Json.object();
        body.set("receipt", node);
        body.set("required_auth_methods", required);
        return Response.json(401, body).header(RECEIPT, receipt.text());
    }
}
