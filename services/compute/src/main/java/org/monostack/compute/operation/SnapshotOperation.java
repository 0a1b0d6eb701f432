package org.monostack.compute.operation;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.compute.store.ServerChange;
import org.monostack.image.ImageInfo;
import org.monostack.image.InvalidImage;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.Lease;
import org.monostack.platform.operation.OperationFailed;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;

/**
 * Uploads a server's root disk as an image. If it fails, the image disappears. A backup ends with
 * the deletion of the oldest ones of its series.
 */
public final class SnapshotOperation implements OperationKind<SnapshotJob> {
    private static final Set<TaskState> OURS =
            Set.of(TaskState.IMAGE_SNAPSHOT_PENDING, TaskState.IMAGE_BACKUP);

    private final Engines engines;

    SnapshotOperation(Engines engines) {
        this.engines = engines;
    }

    @Override
    public String name() {
        return "compute.snapshot";
    }

    @Override
    public Class<SnapshotJob> payloadType() {
        return SnapshotJob.class;
    }

    @Override
    public List<Step<SnapshotJob>> steps() {
        return List.of(Step.of("upload", (job, context) -> upload(job)));
    }

    private Outcome upload(SnapshotJob job) throws Exception {
        engines.machines().readUnlessCancelled(job.server());
        upload(engines, job.server(), job.image());
        return Outcome.done();
    }

    /** Uploads the root disk of a server's machine into an image that is recorded already. */
    static ImageInfo upload(Engines engines, UUID server, UUID image) throws Exception {
        boolean wanted =
                engines.database().reading(tx -> engines.images().find(tx, image).isPresent());
        if (!wanted) {
            throw new OperationFailed("The image was deleted while the snapshot was taken.");
        }
        Lease.requireHeld();
        try (InputStream content = engines.hypervisor().snapshot(server)) {
            return engines.images().upload(image, content);
        } catch (HypervisorException e) {
            if (e.worthRetrying()) {
                throw e;
            }
            throw new OperationFailed(String.valueOf(e.getMessage()), e);
        } catch (InvalidImage e) {
            throw new OperationFailed(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void succeeded(Transaction tx, SnapshotJob job) {
        job.rotation().ifPresent(rotation -> rotate(tx, job, rotation));
        finish(tx, job);
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.empty());
    }

    @Override
    public void failed(Transaction tx, SnapshotJob job, Failure failure) {
        engines.images().delete(tx, job.image());
        finish(tx, job);
        engines.stores().actions().end(tx, job.server(), job.requestId(), Optional.of("Error"));
    }

    /** Deletes the oldest backups of the series beyond those that stay. */
    private void rotate(Transaction tx, SnapshotJob job, SnapshotJob.Rotation rotation) {
        List<ImageInfo> series =
                engines.images()
                        .findByProperties(
                                tx,
                                Map.of(
                                        "image_type", "backup",
                                        "backup_type", rotation.kind(),
                                        "instance_uuid", job.server().toString()));
        series.subList(0, Math.max(0, series.size() - rotation.keep()))
                .forEach(image -> engines.images().delete(tx, image.id()));
    }

    private void finish(Transaction tx, SnapshotJob job) {
        Optional<Server> server = engines.stores().servers().lock(tx, job.server());
        if (server.flatMap(found -> found.state().task()).filter(OURS::contains).isPresent()) {
            engines.stores().servers().change(tx, job.server(), new ServerChange().noTask());
        }
    }
}
