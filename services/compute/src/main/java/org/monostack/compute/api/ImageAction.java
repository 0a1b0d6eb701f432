package org.monostack.compute.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.operation.SnapshotJob;
import org.monostack.compute.store.ServerChange;
import org.monostack.image.Images;
import org.monostack.image.NewImage;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** createImage: a server's disk becomes an image of its project. */
final class ImageAction {
    private final ServerAccess access;
    private final Quotas quotas;
    private final Images images;
    private final ServerOperations kinds;

    ImageAction(ServerAccess access, Quotas quotas, Images images, ServerOperations kinds) {
        this.access = access;
        this.quotas = quotas;
        this.images = images;
        this.kinds = kinds;
    }

    void addTo(ActionsApi actions) {
        actions.on("createImage", this::create).body(Schema.of("compute", "server-create-image"));
    }

    private Response create(Request request, JsonNode wanted) {
        String name = Inputs.text(wanted, "name").orElseThrow().strip();
        Map<String, String> metadata = Inputs.strings(wanted.path("metadata"));
        UUID image = UUID.randomUUID();
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "servers:create_image");
                    ServerMaker.checkMetadata(
                            quotas.limits(tx, server.projectId(), Optional.empty()),
                            metadata.size());
                    ServerAccess.requireState(
                            server,
                            "createImage",
                            Set.of(
                                    VmState.ACTIVE,
                                    VmState.STOPPED,
                                    VmState.PAUSED,
                                    VmState.SUSPENDED));
                    images.create(tx, image(image, name, server, request, metadata));
                    access.submit(
                            tx,
                            request,
                            server.id(),
                            server.projectId(),
                            kinds.snapshot(),
                            new SnapshotJob(server.id(), request.requestId(), image),
                            "createImage");
                    access.stores()
                            .servers()
                            .change(
                                    tx,
                                    server.id(),
                                    new ServerChange().task(TaskState.IMAGE_SNAPSHOT_PENDING));
                });
        if (request.microversion().atLeast(2, 45)) {
            return Response.json(202, Json.object().put("image_id", image.toString()));
        }
        return Response.empty(202).header("Location", request.baseUrl() + "/images/" + image);
    }

    private static NewImage image(
            UUID id, String name, Server server, Request request, Map<String, String> metadata) {
        Map<String, String> properties = ImageChecks.inherited(server.image());
        properties.put("image_type", "snapshot");
        properties.putAll(metadata);
        properties.put("base_image_ref", server.image().id());
        properties.put("instance_uuid", server.id().toString());
        properties.put("user_id", request.caller().userId());
        return new NewImage(
                id,
                name,
                Optional.of(request.caller().projectId().orElse(server.projectId())),
                "private",
                "qcow2",
                "bare",
                server.flavor().rootGb(),
                server.image().minRamMb(),
                false,
                properties);
    }
}
