package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.network.Networks;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rebuild: a fresh disk from an image, the old one's or another. */
final class RebuildAction {
    private final ServerAccess access;
    private final ServerViews views;
    private final ImageChecks images;
    private final Quotas quotas;
    private final Networks networks;
    private final HostStatus hosts;
    private final ServerOperations kinds;

    RebuildAction(
            ServerAccess access,
            ServerViews views,
            ImageChecks images,
            Quotas quotas,
            Networks networks,
            HostStatus hosts,
            ServerOperations kinds) {
        this.access = access;
        this.views = views;
        this.images = images;
        this.quotas = quotas;
        this.networks = networks;
        this.hosts = hosts;
        this.kinds = kinds;
    }

    void addTo(ActionsApi actions) {
        actions.on("rebuild", this::rebuild)
                .body(
                        Schema.of("compute", "server-rebuild")
                                .since("2.19", "server-rebuild-2.19")
                                .since("2.54", "server-rebuild-2.54")
                                .since("2.57", "server-rebuild-2.57")
                                .since("2.63", "server-rebuild-2.63")
                                .since("2.90", "server-rebuild-2.90")
                                .since("2.93", "server-rebuild-2.93"));
    }

    private Response rebuild(Request request, JsonNode wanted) {
        Optional<String> userData = Inputs.text(wanted, "user_data").filter(t -> !t.isEmpty());
        userData.ifPresent(CreateRequest::requireBase64);
        Map<String, String> personality = CreateRequest.personality(wanted);
        ObjectNode body =
                access.database()
                        .inTransaction(tx -> {
                            Server server = access.lock(tx, request, "servers:rebuild");
                            ServerAccess.requireUnlocked(request, server);
                            ServerAccess.requireState(
                                    server,
                                    "rebuild",
                                    Set.of(VmState.ACTIVE, VmState.STOPPED, VmState.ERROR));
                            if (server.state().host().isEmpty()) {
                                throw ServerAccess.invalidState(
                                        server, "rebuild", "vm_state error, without a host");
                            }
                            ServerChange change = change(tx, request, wanted, server, personality);
                            if (wanted.has("user_data")) {
                                change.userData(userData);
                            }
                            access.submit(tx, request, server, kinds.rebuild(), change, "rebuild");
                            return view(tx, request, server.id());
                        });
        ((ObjectNode) body.path("server"))
                .put("adminPass", Inputs.text(wanted, "adminPass").orElseGet(ServersApi::password));
        return Response.json(202, body)
                .header(
                        "Location",
                        Links.self(request, "servers", request.pathParameter("server_id")));
    }

    private ObjectNode view(Transaction tx, Request request, UUID id) {
        Server server = access.stores().servers().find(tx, id).orElseThrow();
        ObjectNode body = Json.object();
        body.set(
                "server",
                views.full(
                        request,
                        new ServerViews.Shown(
                                server,
                                networks.ofServer(tx, id),
                                hosts.up(tx, server.state().host())),
                        ServerViews.Kind.REBUILD));
        return body;
    }

    private ServerChange change(
            Transaction tx,
            Request request,
            JsonNode wanted,
            Server server,
            Map<String, String> personality) {
        UUID imageId =
                Inputs.text(wanted, "imageRef")
                        .flatMap(Inputs::uuid)
                        .orElseThrow(() -> ApiException.badRequest("Invalid imageRef provided."));
        if (images.find(tx, request, imageId).isEmpty()) {
            throw ApiException.badRequest("Cannot find image for rebuild");
        }
        ImageRef image = images.require(tx, request, imageId, server.flavor());
        ServerChange change =
                new ServerChange().task(TaskState.REBUILDING).image(image).noFault().progress(0);
        Inputs.text(wanted, "name").ifPresent(name -> change.name(name.strip()));
        if (wanted.has("description")) {
            change.description(Inputs.text(wanted, "description"));
        }
        Inputs.text(wanted, "accessIPv4").ifPresent(change::accessIpv4);
        Inputs.text(wanted, "accessIPv6")
                .ifPresent(text -> change.accessIpv6(Inputs.ipv6("accessIPv6", text)));
        Inputs.text(wanted, "OS-DCF:diskConfig").ifPresent(change::diskConfig);
        Inputs.text(wanted, "hostname").ifPresent(change::hostname);
        var limits = quotas.limits(tx, server.projectId(), Optional.empty());
        if (wanted.has("metadata")) {
            Map<String, String> metadata = Inputs.strings(wanted.path("metadata"));
            Quotas.checkMetadata(limits, metadata.size());
            change.metadata(metadata);
        }
        Quotas.checkPersonality(limits, personality);
        if (!personality.isEmpty()) {
            change.personality(personality);
        }
        if (wanted.has("key_name")) {
            change.key(Inputs.text(wanted, "key_name").map(name -> key(tx, request, name)));
        }
        return change;
    }

    private Server.KeyRef key(Transaction tx, Request request, String name) {
        return access.stores()
                .keyPairs()
                .find(tx, request.caller().userId(), name)
                .map(pair -> new Server.KeyRef(pair.name(), pair.type(), pair.publicKey()))
                .orElseThrow(() -> ApiException.badRequest("Invalid key_name provided."));
    }
}
