package org.monostack.image.content;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.InvalidImage;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.image.store.ImageStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.DatabaseUnavailable;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings content into images. Three steps, none of which holds a transaction while bytes flow: the
 * image is marked as being written, under a key that only this upload knows; the bytes are written,
 * hashed and inspected under that key; one update names the key in the row. If anything fails, or
 * the process ends, the image is queued again and the bytes are removed. Stateless.
 */
public final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

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
     * @throws StorageFull if there is no room for it
     */
    public void upload(UUID id, InputStream in) throws IOException {
        take(
                id,
                ImageStatus.SAVING,
                (image, key) -> {
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
        take(
                id,
                ImageStatus.UPLOADING,
                (image, key) -> {
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

    private void take(UUID id, ImageStatus status, Writing writing) throws IOException {
        UUID key = UUID.randomUUID();
        boolean recorded = false;
        try {
            recorded = writing.run(begin(id, status, key), key);
        } finally {
            if (!recorded) {
                abandon(id, key);
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

    /**
     * Ends an upload that did not succeed, or seems so: when the database went away at a commit,
     * what it has kept decides. While it is away that waits for it, on a thread of its own; should
     * this process end before, the next one does the same at its start.
     */
    private void abandon(UUID id, UUID key) {
        try {
            settle(id, key);
        } catch (DatabaseUnavailable away) {
            LOG.warn("the upload {} of image {} is ended once the database is back", key, id);
            Thread.ofVirtual().name("abandon-upload").start(() -> settleWhenPossible(id, key));
        }
    }

    private void settleWhenPossible(UUID id, UUID key) {
        while (true) {
            try {
                Thread.sleep(PATIENCE);
                settle(id, key);
                return;
            } catch (DatabaseUnavailable away) {
                LOG.debug("the upload {} is still not ended", key);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void settle(UUID id, UUID key) {
        boolean counts =
                database.inTransaction(tx -> {
                    images.abandonUpload(tx, id, key);
                    return images.find(tx, id).filter(image -> names(image, key)).isPresent();
                });
        if (!counts) {
            directory.discard(key);
        }
    }

    private static boolean names(Image image, UUID key) {
        return image.content().filter(content -> content.key().equals(key)).isPresent()
                || image.stagedKey().filter(key::equals).isPresent();
    }

    @FunctionalInterface
    private interface Writing {
        /** Returns whether a row names the content now. */
        boolean run(Image image, UUID key) throws IOException;
    }
}
