package org.monostack.image.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.InvalidImage;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.image.store.ImageStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;

/**
 * Brings content into images. Three steps, none of which holds a transaction while bytes flow: the
 * image is marked as being written, under a key that only this upload knows; the bytes are written,
 * hashed and inspected under that key; one update names the key in the row. If anything fails, or
 * the process ends, the image is queued again and the bytes are removed. Stateless.
 */
public final class Uploads {
    private final Database database;
    private final ImageStore images;
    private final ContentDirectory directory;

    public Uploads(Database database, ImageStore images, ContentDirectory directory) {
        this.database = database;
        this.images = images;
        this.directory = directory;
    }

    /**
     * Streams content into a queued image, which is active when this returns.
     *
     * @throws ApiException 404 without such an image, 409 if it is not queued, 410 if it was
     *     deleted meanwhile
     * @throws InvalidImage if the content is not what the image says it is
     * @throws ContentTooLarge if it is too large
     */
    public void upload(UUID id, InputStream in) throws IOException {
        UUID key = UUID.randomUUID();
        Image image = begin(id, ImageStatus.SAVING, key);
        guarded(
                id,
                key,
                () -> {
                    ContentDirectory.Written written = directory.write(key, in);
                    FormatInspector.Inspection found =
                            FormatInspector.inspect(
                                    directory.incomingFile(key), image.diskFormat(), bare(image));
                    directory.publish(key);
                    Image.Content content = content(key, written, found);
                    return database.inTransaction(tx -> images.activate(tx, id, key, content));
                });
    }

    /** Streams content beside a queued image, where it waits for an import. Fails as above. */
    public void stage(UUID id, InputStream in) throws IOException {
        UUID key = UUID.randomUUID();
        begin(id, ImageStatus.UPLOADING, key);
        guarded(
                id,
                key,
                () -> {
                    ContentDirectory.Written written = directory.write(key, in);
                    directory.stage(key);
                    return database.inTransaction(tx -> images.staged(tx, id, key, written.size()));
                });
    }

    /** Whether the image holds its disk as it is, not inside an archive. */
    public static boolean bare(Image image) {
        return image.containerFormat().filter("bare"::equals).isPresent();
    }

    /** What the row says of content that was written and inspected. */
    public static Image.Content content(
            UUID key, ContentDirectory.Written written, FormatInspector.Inspection found) {
        return new Image.Content(
                key, written.size(), written.md5(), written.sha512(), found.virtualSize());
    }

    /** Removes the files of an image once the deletion of its row is committed. */
    public void discardAfter(Transaction tx, Image image) {
        Optional<UUID> content = image.content().map(Image.Content::key);
        Optional<UUID> staged = image.stagedKey();
        tx.afterCommit(() -> {
            content.ifPresent(directory::discard);
            staged.ifPresent(directory::discard);
        });
    }

    private Image begin(UUID id, ImageStatus status, UUID key) {
        return database.inTransaction(tx -> {
            Image image =
                    images.lock(tx, id)
                            .orElseThrow(
                                    () -> ApiException.notFound("No image found with ID " + id));
            if (image.status() != ImageStatus.QUEUED) {
                throw ApiException.conflict(
                        "Image status transition from "
                                + image.status().wire()
                                + " to "
                                + status.wire()
                                + " is not allowed");
            }
            if (image.diskFormat().isEmpty() || image.containerFormat().isEmpty()) {
                throw ApiException.badRequest(
                        "Properties disk_format, container_format must be set prior to"
                                + " saving data.");
            }
            images.beginUpload(tx, id, ImageStatus.QUEUED, status, key);
            return image;
        });
    }

    private void guarded(UUID id, UUID key, Writing writing) throws IOException {
        boolean recorded = false;
        boolean failed = true;
        try {
            recorded = writing.run();
            failed = false;
        } finally {
            if (!recorded) {
                directory.discard(key);
            }
            if (failed) {
                database.run(tx -> images.abandonUpload(tx, id, key));
            }
        }
        if (!recorded) {
            throw ApiException.gone(
                    "Image "
                            + id
                            + " could not be found after upload. The image may have been deleted"
                            + " during the upload.");
        }
    }

    @FunctionalInterface
    private interface Writing {
        boolean run() throws IOException;
    }
}
