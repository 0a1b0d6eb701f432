package org.monostack.image.operation;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.InvalidImage;
import org.monostack.image.content.ContentDirectory;
import org.monostack.image.content.ContentTooLarge;
import org.monostack.image.content.FormatInspector;
import org.monostack.image.content.Uploads;
import org.monostack.image.model.Image;
import org.monostack.image.store.ImageStore;
import org.monostack.image.store.TaskStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationFailed;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;
import org.monostack.platform.operation.StepContext;

/**
 * Turns staged content, or content from the web, into an image's content. The content keeps one key
 * from its staging to its end, so every step finds what it did before.
 */
public final class ImportImage implements OperationKind<ImportImage.Plan> {
    /** The one store there is. */
    public static final String STORE = "file";

    /** Names the stores that an import still has to fill; a property, as clients expect. */
    public static final String IMPORTING = "os_glance_importing_to_stores";

    /** Names the stores that an import could not fill. */
    public static final String FAILED = "os_glance_failed_import";

    /**
     * @param key of the content, staged or to be staged
     * @param uri where to download from; empty for content that a client staged
     */
    public record Plan(UUID image, UUID task, UUID key, String uri) {}

    private final Database database;
    private final ImageStore images;
    private final TaskStore tasks;
    private final ContentDirectory directory;
    private final WebDownload web;

    public ImportImage(
            Database database,
            ImageStore images,
            TaskStore tasks,
            ContentDirectory directory,
            WebDownload web) {
        this.database = database;
        this.images = images;
        this.tasks = tasks;
        this.directory = directory;
        this.web = web;
    }

    @Override
    public String name() {
        return "image-import";
    }

    @Override
    public Class<Plan> payloadType() {
        return Plan.class;
    }

    @Override
    public List<Step<Plan>> steps() {
        return List.of(
                Step.of("fetch-content", this::fetch).undoneBy(this::discard),
                Step.of("store-content", this::store));
    }

    private Outcome fetch(Plan plan, StepContext context) throws IOException {
        if (!plan.uri().isEmpty() && !Files.exists(directory.stagedFile(plan.key()))) {
            directory.discard(plan.key());
            try (InputStream in = web.open(URI.create(plan.uri()))) {
                directory.write(plan.key(), in);
            } catch (ContentTooLarge e) {
                throw new OperationFailed(String.valueOf(e.getMessage()), e);
            }
            directory.stage(plan.key());
        }
        return Outcome.done(
                tx -> tasks.update(tx, plan.task(), "processing", "", Optional.empty()));
    }

    private Outcome discard(Plan plan, StepContext context) {
        directory.discard(plan.key());
        return Outcome.done();
    }

    private Outcome store(Plan plan, StepContext context) throws IOException {
        Image image =
                database.inTransaction(tx -> images.find(tx, plan.image()))
                        .orElseThrow(() -> new OperationFailed("The image was deleted meanwhile."));
        var file = directory.stagedFile(plan.key());
        ContentDirectory.Written written = ContentDirectory.hash(file);
        Image.Content content;
        try {
            content =
                    Uploads.content(
                            plan.key(),
                            written,
                            FormatInspector.inspect(file, image.diskFormat(), Uploads.bare(image)));
        } catch (InvalidImage e) {
            throw new OperationFailed(String.valueOf(e.getMessage()), e);
        }
        directory.publishStaged(plan.key());
        return Outcome.done(tx -> {
            if (!images.activate(tx, plan.image(), plan.key(), content)) {
                tx.afterCommit(() -> directory.discard(plan.key()));
                return;
            }
            images.setProperty(tx, plan.image(), IMPORTING, "");
        });
    }

    @Override
    public void succeeded(Transaction tx, Plan plan) {
        tasks.update(
                tx,
                plan.task(),
                "success",
                "Copied 1 stores",
                Optional.of("{\"image_id\":\"" + plan.image() + "\"}"));
    }

    @Override
    public void failed(Transaction tx, Plan plan, Failure failure) {
        images.resetToQueued(tx, plan.image(), plan.key());
        images.setProperty(tx, plan.image(), IMPORTING, "");
        images.setProperty(tx, plan.image(), FAILED, STORE);
        tasks.update(tx, plan.task(), "failure", failure.reason(), Optional.empty());
    }
}
