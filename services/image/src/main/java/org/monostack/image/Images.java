package org.monostack.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.LocalClient;

/**
 * Images for other services of the same process. Thread-safe. Methods that take a transaction work
 * inside it and do nothing but SQL; the others open files and run their own short transactions.
 */
public interface Images {

    /** An image that the caller may see, in any status. */
    Optional<ImageInfo> find(Transaction tx, Caller caller, UUID id);

    /** An image whoever may see it; for work that goes on after its request. */
    Optional<ImageInfo> find(Transaction tx, UUID id);

    /** The image with this name and owner, if there is exactly one; for idempotent seeding. */
    Optional<ImageInfo> findByName(Transaction tx, String name, Optional<String> owner);

    /** The images that have all these properties, oldest first, whoever owns them. */
    List<ImageInfo> findByProperties(Transaction tx, Map<String, String> properties);

    /**
     * Opens the content of an active image from its start. The caller closes the stream. Deleting
     * the image while it is read does not disturb the reader.
     *
     * @throws java.nio.file.NoSuchFileException when the image has no content
     */
    InputStream open(UUID id) throws IOException;

    /**
     * Records an image without content, in status queued. Does nothing if one with this id exists.
     */
    void create(Transaction tx, NewImage image);

    /**
     * Streams content into a queued image and makes it active. Idempotent: an image that is active
     * already stays as it is. If it fails, the image is queued again and nothing is left.
     *
     * @throws InvalidImage when the content contradicts the image's disk format
     */
    ImageInfo upload(UUID id, InputStream content) throws IOException;

    /** Records an image and takes its content from a file, which stays where it is. */
    ImageInfo importFile(NewImage image, Path file) throws IOException;

    /**
     * Deletes an image that another service made, with its content, protected or not. Does nothing
     * if there is none.
     */
    void delete(Transaction tx, UUID id);

    /** Glance's whole API, for calls that pass through to it in their caller's rights. */
    LocalClient api();
}
