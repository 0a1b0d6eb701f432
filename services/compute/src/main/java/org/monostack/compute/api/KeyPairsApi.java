package org.monostack.compute.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.compute.model.KeyPair;
import org.monostack.compute.model.QuotaResource;
import org.monostack.compute.store.KeyPairStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Key pairs of users. */
final class KeyPairsApi {
    private static final String RULE = "os_compute_api:os-keypairs:";

    private final Database database;
    private final KeyPairStore store;
    private final Quotas quotas;

    KeyPairsApi(Database database, KeyPairStore store, Quotas quotas) {
        this.database = database;
        this.store = store;
        this.quotas = quotas;
    }

    void addTo(Routes routes) {
        routes.get(Paths.of("/os-keypairs"), this::list).policyInHandler(RULE + "index").kept();
        routes.post(Paths.of("/os-keypairs"), this::create)
                .policyInHandler(RULE + "create")
                .body(
                        Schema.of("compute", "keypair-create")
                                .since("2.2", "keypair-create-2.2")
                                .since("2.10", "keypair-create-2.10")
                                .since("2.92", "keypair-create-2.92"));
        routes.get(Paths.of("/os-keypairs/{name}"), this::show).policyInHandler(RULE + "show");
        routes.delete(Paths.of("/os-keypairs/{name}"), this::delete)
                .policyInHandler(RULE + "delete");
    }

    /** The user whose keys are meant: an administrator may name another since 2.10. */
    private static String user(Request request, String rule, Optional<String> named) {
        String user =
                request.microversion().atLeast(2, 10)
                        ? named.orElse(request.caller().userId())
                        : request.caller().userId();
        request.authorize(
                RULE + rule,
                Map.of("user_id", user, "project_id", request.caller().projectId().orElse("")));
        return user;
    }

    private Response list(Request request) {
        String user = user(request, "index", request.query().first("user_id"));
        boolean paged = request.microversion().atLeast(2, 35);
        Paging paging =
                paged
                        ? Paging.of(request.query())
                        : new Paging(Integer.MAX_VALUE, Optional.empty());
        List<KeyPair> pairs =
                database.reading(tx -> {
                    if (paging.marker().isPresent()
                            && store.find(tx, user, paging.marker().get()).isEmpty()) {
                        throw ApiException.badRequest(
                                "marker [" + paging.marker().get() + "] not found");
                    }
                    return store.list(tx, user, paging.marker(), paging.limit());
                });
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("keypairs");
        for (KeyPair pair : pairs) {
            list.addObject().set("keypair", brief(request, pair));
        }
        if (paged) {
            Links.next(
                    body,
                    "keypairs",
                    request,
                    pairs.size(),
                    paging,
                    pairs.isEmpty() ? Optional.empty() : Optional.of(pairs.getLast().name()));
        }
        return Response.json(200, body);
    }

    private static ObjectNode brief(Request request, KeyPair pair) {
        ObjectNode node = Json.object();
        node.put("name", pair.name());
        node.put("public_key", pair.publicKey());
        node.put("fingerprint", pair.fingerprint());
        if (request.microversion().atLeast(2, 2)) {
            node.put("type", pair.type());
        }
        return node;
    }

    private Response create(Request request) {
        JsonNode wanted = request.json().path("keypair");
        String name = Inputs.text(wanted, "name").orElseThrow().strip();
        String type = Inputs.text(wanted, "type").orElse("ssh");
        String user = user(request, "create", Inputs.text(wanted, "user_id"));
        Optional<String> given = Inputs.text(wanted, "public_key");
        Optional<SshKeys.Generated> made =
                given.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                type.equals("x509")
                                        ? Certificates.generate(request.caller().userId())
                                        : SshKeys.generate("Generated-by-Nova"));
        String key = made.map(SshKeys.Generated::publicKey).or(() -> given).orElseThrow();
        String fingerprint =
                (type.equals("x509")
                                ? SshKeys.certificateFingerprint(key)
                                : SshKeys.fingerprint(key))
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                        "Keypair data is invalid: failed to generate"
                                                + " fingerprint"));
        KeyPair pair =
                database.inTransaction(tx -> {
                    quotas.lock(tx, "user:" + user);
                    long limit =
                            quotas.limits(
                                            tx,
                                            request.caller().projectId().orElse(""),
                                            Optional.empty())
                                    .getOrDefault(QuotaResource.KEY_PAIRS, -1L);
                    if (store.find(tx, user, name).isPresent()) {
                        throw ApiException.conflict("Key pair '" + name + "' already exists.");
                    }
                    if (limit >= 0 && store.count(tx, user) + 1 > limit) {
                        throw ApiException.forbidden("Quota exceeded, too many key pairs.");
                    }
                    store.insert(tx, user, name, type, fingerprint, key);
                    return store.find(tx, user, name).orElseThrow();
                });
        ObjectNode body = Json.object();
        ObjectNode node = brief(request, pair);
        node.put("user_id", pair.userId());
        made.ifPresent(generated -> node.put("private_key", generated.privatePem()));
        body.set("keypair", node);
        return Response.json(request.microversion().atLeast(2, 2) ? 201 : 200, body);
    }

    private Response show(Request request) {
        String user = user(request, "show", request.query().first("user_id"));
        KeyPair pair =
                database.reading(tx -> store.find(tx, user, request.pathParameter("name")))
                        .orElseThrow(() -> notFound(request, user));
        ObjectNode node = brief(request, pair);
        node.put("user_id", pair.userId());
        node.put("id", pair.number());
        node.put("created_at", Links.micros(pair.createdAt()));
        node.putNull("updated_at");
        node.put("deleted", false);
        node.putNull("deleted_at");
        return Response.json(200, Json.object().set("keypair", node));
    }

    private Response delete(Request request) {
        String user = user(request, "delete", request.query().first("user_id"));
        boolean found =
                database.inTransaction(tx -> store.delete(tx, user, request.pathParameter("name")));
        if (!found) {
            throw notFound(request, user);
        }
        return Response.empty(request.microversion().atLeast(2, 2) ? 204 : 202);
    }

    private static ApiException notFound(Request request, String user) {
        return ApiException.notFound(
                "Keypair " + request.pathParameter("name") + " not found for user " + user);
    }
}
