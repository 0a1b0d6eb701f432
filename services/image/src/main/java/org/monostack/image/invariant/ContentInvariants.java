package org.monostack.image.invariant;

import static org.monostack.image.jooq.Tables.IMAGE_;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.Result;
import org.monostack.image.content.ContentDirectory;
import org.monostack.image.jooq.tables.records.ImageRecord;
import org.monostack.image.model.ImageStatus;
import org.monostack.image.store.ImageStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;

/** Images and their files belong together. A content that is lost cannot be made again here. */
public final class ContentInvariants {

    /** A larger file is not read again just to see that it is still right. */
    private static final long LARGEST_SAMPLE = 1L << 30;

    private final Database database;
    private final ImageStore store;
    private final ContentDirectory directory;

    /** Which image's content was compared with its checksum last; the next look takes the next. */
    private final AtomicReference<String> sampled = new AtomicReference<>("");

    /** An image that was found changed by one look, and is looked at once more by the next. */
    private final AtomicReference<String> suspected = new AtomicReference<>("");

    public ContentInvariants(Database database, ImageStore store, ContentDirectory directory) {
        this.database = database;
        this.store = store;
        this.directory = directory;
    }

    public List<Invariant> all() {
        return List.of(
                Invariant.of(
                        "image.content",
                        "an active image has its content, in the size it says",
                        this::contents),
                Invariant.of("image.files", "every content file is an image's", this::strangeFiles),
                Invariant.of(
                        "image.checksum",
                        "a content is what was uploaded (one image at each look)",
                        this::checksum));
    }

    private Result<ImageRecord> active() {
        return database.inTransaction(tx ->
                tx.sql()
                        .selectFrom(IMAGE_)
                        .where(IMAGE_.STATUS.eq(ImageStatus.ACTIVE.wire()))
                        .and(IMAGE_.CONTENT_KEY.isNotNull())
                        .orderBy(IMAGE_.ID)
                        .fetch());
    }

    private List<Violation> contents() {
        List<Violation> violations = new ArrayList<>();
        for (ImageRecord image : active()) {
            Path file = directory.file(UUID.fromString(image.getContentKey()));
            try {
                long size = Files.size(file);
                if (image.getSize() == null || size != image.getSize()) {
                    violations.add(
                            violation(
                                    image,
                                    "its content has "
                                            + size
                                            + " bytes instead of "
                                            + image.getSize()));
                }
            } catch (NoSuchFileException e) {
                violations.add(violation(image, "its content is gone: " + file));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + file, e);
            }
        }
        return violations;
    }

    private List<Violation> strangeFiles() {
        // Files first: an image that is made in between has its row before its file.
        Set<UUID> files = directory.published();
        Set<UUID> named = database.inTransaction(store::namedKeys);
        return files.stream()
                .filter(key -> !named.contains(key))
                .map(key ->
                        Violation.repairedBy(
                                Severity.WARNING,
                                "image content",
                                key.toString(),
                                "the file " + directory.file(key) + " is no image's",
                                () -> {
                                    if (database.inTransaction(store::namedKeys).contains(key)) {
                                        return false;
                                    }
                                    directory.discard(key);
                                    return true;
                                }))
                .toList();
    }

    private List<Violation> checksum() {
        List<ImageRecord> candidates =
                active().stream()
                        .filter(image -> image.getSize() != null)
                        .filter(image -> image.getSize() <= LARGEST_SAMPLE)
                        .filter(image -> image.getOsHashValue() != null)
                        .filter(image -> "sha512".equals(image.getOsHashAlgo()))
                        .toList();
        if (candidates.isEmpty()) {
            return List.of();
        }
        String last = sampled.get();
        ImageRecord chosen =
                candidates.stream()
                        .filter(image -> image.getId().compareTo(last) > 0)
                        .findFirst()
                        .orElse(candidates.getFirst());
        try {
            String found =
                    ContentDirectory.hash(directory.file(UUID.fromString(chosen.getContentKey())))
                            .sha512();
            if (!found.equals(chosen.getOsHashValue())) {
                if (suspected.getAndSet(chosen.getId()).equals(chosen.getId())) {
                    sampled.set(chosen.getId());
                    suspected.set("");
                }
                return List.of(violation(chosen, "its content was changed since it was uploaded"));
            }
            sampled.set(chosen.getId());
            return List.of();
        } catch (IOException e) {
            sampled.set(chosen.getId());
            return List.of();
        }
    }

    private static Violation violation(ImageRecord image, String what) {
        return Violation.of(
                Severity.ERROR,
                "image",
                image.getId(),
                "image " + image.getName() + ": " + what + "; upload it anew");
    }
}
