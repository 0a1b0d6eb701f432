package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.monostack.identity.model.Federation.IdentityProvider;
import org.monostack.identity.model.Federation.Protocol;
import org.monostack.identity.model.Project;
import org.monostack.identity.store.FederationStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/OS-FEDERATION/identity_providers, and the protocols below them. */
public final class IdentityProvidersApi {

    private static final String PATH = "OS-FEDERATION/identity_providers";
    private static final String PROVIDER = "/v3/" + PATH + "/{idp_id}";
    private static final String PROTOCOL = PROVIDER + "/protocols/{protocol_id}";

    private final Database database;
    private final FederationStore store;
    private final ProjectStore projects;
    private final GroupStore groups;

    public IdentityProvidersApi(
            Database database, FederationStore store, ProjectStore projects, GroupStore groups) {
        this.database = database;
        this.store = store;
        this.projects = projects;
        this.groups = groups;
    }

    public void routes(Routes routes) {
        routes.get("/v3/" + PATH, this::list).policy("identity:list_identity_providers");
        routes.put(PROVIDER, this::create)
                .policy("identity:create_identity_provider")
                .body(Schema.of("identity", "identity-provider-create"))
                .answers(201);
        routes.get(PROVIDER, this::show).policy("identity:get_identity_provider");
        routes.patch(PROVIDER, this::update)
                .policy("identity:update_identity_provider")
                .body(Schema.of("identity", "identity-provider-update"));
        routes.delete(PROVIDER, this::delete)
                .policy("identity:delete_identity_provider")
                .answers(204);
        routes.get(PROVIDER + "/protocols", this::listProtocols).policy("identity:list_protocols");
        routes.put(PROTOCOL, this::createProtocol)
                .policy("identity:create_protocol")
                .body(Schema.of("identity", "protocol-create"))
                .answers(201);
        routes.get(PROTOCOL, this::showProtocol).policy("identity:get_protocol");
        routes.patch(PROTOCOL, this::updateProtocol)
                .policy("identity:update_protocol")
                .body(Schema.of("identity", "protocol-update"));
        routes.delete(PROTOCOL, this::deleteProtocol)
                .policy("identity:delete_protocol")
                .answers(204);
    }

    private Response list(Request request) {
        return database.reading(tx ->
                Views.collection(
                        request,
                        "identity_providers",
                        store.providers(tx, Views.selection(request).filters()).stream()
                                .map(it -> view(request, it))
                                .toList()));
    }

    private Response create(Request request) {
        String id = request.pathParameter("idp_id");
        if (id.length() > 64) {
            throw ApiException.badRequest(
                    "Invalid input for field 'idp_id': it is longer than 64 characters.");
        }
        Fields fields = Fields.of(request, "identity_provider");
        return database.inTransaction(tx -> {
            IdentityProvider provider =
                    new IdentityProvider(
                            id,
                            domain(tx, fields.text("domain_id")),
                            fields.flag("enabled", false),
                            fields.text("description"),
                            texts(fields.node().path("remote_ids")),
                            minutes(fields, OptionalInt.empty()));
            store.insert(tx, provider);
            return Views.member(201, "identity_provider", view(request, provider));
        });
    }

    /** A provider for which no domain is named gets one of its own. */
    private String domain(Transaction tx, Optional<String> id) {
        if (id.isPresent()) {
            return projects.findDomain(tx, id.get())
                    .map(Project::id)
                    .orElseThrow(() -> Views.notFound("domain", id.get()));
        }
        String made = RandomIds.hex();
        projects.insert(tx, Project.domain(made, made, "Users of an identity provider"));
        return made;
    }

    private static OptionalInt minutes(Fields fields, OptionalInt before) {
        if (!fields.has("authorization_ttl")) {
            return before;
        }
        JsonNode value = fields.node().path("authorization_ttl");
        return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
    }

    private static List<String> texts(JsonNode nodes) {
        List<String> texts = new ArrayList<>();
        nodes.forEach(node -> texts.add(node.asString()));
        return texts;
    }

    private IdentityProvider find(Request request, Transaction tx) {
        String id = request.pathParameter("idp_id");
        return store.provider(tx, id).orElseThrow(() -> Views.notFound("identity provider", id));
    }

    private Response show(Request request) {
        return database.reading(
                tx -> Views.member(200, "identity_provider", view(request, find(request, tx))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "identity_provider");
        return database.inTransaction(tx -> {
            IdentityProvider before = find(request, tx);
            IdentityProvider changed =
                    new IdentityProvider(
                            before.id(),
                            before.domainId(),
                            fields.flag("enabled", before.enabled()),
                            fields.text("description", before.description()),
                            fields.has("remote_ids")
                                    ? texts(fields.node().path("remote_ids"))
                                    : before.remoteIds(),
                            minutes(fields, before.authorizationTtl()));
            store.update(tx, changed);
            return Views.member(200, "identity_provider", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(tx -> {
            String id = find(request, tx).id();
            groups.forgetMembershipsBy(tx, id);
            store.deleteProvider(tx, id);
        });
        return Response.empty(204);
    }

    private Response listProtocols(Request request) {
        return database.reading(tx ->
                Views.collection(
                        request,
                        "protocols",
                        store.protocols(tx, find(request, tx).id()).stream()
                                .map(it -> view(request, it))
                                .toList()));
    }

    private Response createProtocol(Request request) {
        Fields fields = Fields.of(request, "protocol");
        return database.inTransaction(tx -> {
            Protocol protocol =
                    new Protocol(
                            find(request, tx).id(),
                            request.pathParameter("protocol_id"),
                            mapping(tx, fields.required("mapping_id")),
                            fields.text("remote_id_attribute"));
            store.insert(tx, protocol);
            return Views.member(201, "protocol", view(request, protocol));
        });
    }

    private String mapping(Transaction tx, String id) {
        if (store.mapping(tx, id).isEmpty()) {
            throw ApiException.badRequest(
                    "Invalid input for field 'mapping_id': there is no mapping " + id + ".");
        }
        return id;
    }

    private Protocol findProtocol(Request request, Transaction tx) {
        String id = request.pathParameter("protocol_id");
        return store.protocol(tx, request.pathParameter("idp_id"), id)
                .orElseThrow(() -> Views.notFound("federated protocol", id));
    }

    private Response showProtocol(Request request) {
        return database.reading(
                tx -> Views.member(200, "protocol", view(request, findProtocol(request, tx))));
    }

    private Response updateProtocol(Request request) {
        Fields fields = Fields.of(request, "protocol");
        return database.inTransaction(tx -> {
            Protocol before = findProtocol(request, tx);
            Protocol changed =
                    new Protocol(
                            before.providerId(),
                            before.id(),
                            fields.has("mapping_id")
                                    ? mapping(tx, fields.required("mapping_id"))
                                    : before.mappingId(),
                            fields.text("remote_id_attribute", before.remoteIdAttribute()));
            store.update(tx, changed);
            return Views.member(200, "protocol", view(request, changed));
        });
    }

    private Response deleteProtocol(Request request) {
        database.run(tx -> {
            Protocol protocol = findProtocol(request, tx);
            store.deleteProtocol(tx, protocol.providerId(), protocol.id());
        });
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, IdentityProvider provider) {
        ObjectNode node =
                Json.object()
                        .put("id", provider.id())
                        .put("domain_id", provider.domainId())
                        .put("enabled", provider.enabled());
        Fields.put(node, "description", provider.description());
        node.set("remote_ids", Json.strings(provider.remoteIds()));
        if (provider.authorizationTtl().isPresent()) {
            node.put("authorization_ttl", provider.authorizationTtl().getAsInt());
        } else {
            node.putNull("authorization_ttl");
        }
        String self = PATH + "/" + provider.id();
        node.set(
                "links",
                Json.object()
                        .put("self", Views.url(request, self))
                        .put("protocols", Views.url(request, self + "/protocols")));
        return node;
    }

    private static ObjectNode view(Request request, Protocol protocol) {
        ObjectNode node =
                Json.object().put("id", protocol.id()).put("mapping_id", protocol.mappingId());
        Fields.put(node, "remote_id_attribute", protocol.remoteIdAttribute());
        String provider = PATH + "/" + protocol.providerId();
        node.set(
                "links",
                Json.object()
                        .put("self", Views.url(request, provider + "/protocols/" + protocol.id()))
                        .put("identity_provider", Views.url(request, provider)));
        return node;
    }
}
