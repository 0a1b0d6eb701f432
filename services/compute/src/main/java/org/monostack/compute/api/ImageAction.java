package org.monostack.compute.api;

import java.math.BigDecimal;
import java.util.HashMap;
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

/** createImage and createBackup: a server's disk becomes an image of its project. */
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

    /**
     * What differs between the two.
     *
     * @param rotation how many backups of its kind stay; empty for a snapshot
     */
    private record Wish(
            String action, String rule, TaskState task, Optional<SnapshotJob.Rotation> rotation) {}

    void addTo(ActionsApi actions) {
        actions.on("createImage", this::snapshot).body(Schema.of("compute", "server-create-image"));
        actions.on("createBackup", this::backup).body(Schema.of("compute", "server-create-backup"));
    }

    private Response snapshot(Request request, JsonNode wanted) {
        return create(
                request,
                wanted,
                new Wish(
                        "createImage",
                        "servers:create_image",
                        TaskState.IMAGE_SNAPSHOT_PENDING,
                        Optional.empty()));
    }

    private Response backup(Request request, JsonNode wanted) {
        String kind = Inputs.text(wanted, "backup_type").orElseThrow().strip();
        // As the schema allows: 2, "2", and 2.0, which JSON calls an integer too.
        int keep = new BigDecimal(wanted.path("rotation").asString()).intValueExact();
        return create(
                request,
                wanted,
                new Wish(
                        "createBackup",
                        "os-create-backup",
                        TaskState.IMAGE_BACKUP,
                        Optional.of(new SnapshotJob.Rotation(kind, keep))));
    }

    private Response create(Request request, JsonNode wanted, Wish wish) {
        String name = Inputs.text(wanted, "name").orElseThrow().strip();
        Map<String, String> metadata = Inputs.strings(wanted.path("metadata"));
        UUID image = UUID.randomUUID();
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, wish.rule());
                    Quotas.checkMetadata(
                            quotas.limits(tx, server.projectId(), Optional.empty()),
                            metadata.size());
                    ServerAccess.requireState(
                            server,
                            wish.action(),
                            Set.of(
                                    VmState.ACTIVE,
                                    VmState.STOPPED,
                                    VmState.PAUSED,
                                    VmState.SUSPENDED));
                    images.create(tx, image(image, name, server, request, metadata, wish));
                    access.submit(
                            tx,
                            request,
                            server.id(),
                            server.projectId(),
                            kinds.snapshot(),
                            new SnapshotJob(
                                    server.id(), request.requestId(), image, wish.rotation()),
                            wish.action());
                    access.stores()
                            .servers()
                            .change(tx, server.id(), new ServerChange().task(wish.task()));
                });
        if (request.microversion().atLeast(2, 45)) {
            return Response.json(202, Json.object().put("image_id", image.toString()));
        }
        if (wish.rotation().filter(rotation -> rotation.keep() == 0).isPresent()) {
            return Response.empty(202); // not even this one stays
        }
        return Response.empty(202).header("Location", request.baseUrl() + "/images/" + image);
    }

    private static NewImage image(
            UUID id,
            String name,
            Server server,
            Request request,
            Map<String, String> metadata,
            Wish wish) {
        Map<String, String> own = new HashMap<>();
        own.put("image_type", wish.rotation().isPresent() ? "backup" : "snapshot");
        wish.rotation().ifPresent(rotation -> own.put("backup_type", rotation.kind()));
        own.putAll(metadata);
        return image(id, name, server, request, own);
    }

    /**
     * A private image for the content of a server's disk.
     *
     * @param own properties of the image beside those that it has from the server's image
     */
    static NewImage image(
            UUID id, String name, Server server, Request request, Map<String, String> own) {
        Map<String, String> properties = ImageChecks.inherited(server.image());
        properties.putAll(own);
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
