package org.monostack.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.image.content.ContentDirectory;
import org.monostack.image.content.Uploads;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.image.model.Sight;
import org.monostack.image.store.ImageStore;
import org.monostack.image.store.MemberStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.LocalClient;
import org.monostack.platform.policy.Policy;

/** {@link Images} on the tables and the content directory. Thread-safe. */
final class StoredImages implements Images {
    private static final int MOST_KNOWN = 1_000;

    private final Database database;
    private final ImageStore images;
    private final MemberStore members;
    private final ContentDirectory directory;
    private final Uploads uploads;
    private final Policy policy;
    private final LocalClient api;
    private final Derived<UUID, Optional<Image>> known;

    StoredImages(
            Database database,
            ImageStore images,
            MemberStore members,
            ContentDirectory directory,
            Uploads uploads,
            Policy policy,
            LocalClient api) {
        this.database = database;
        this.images = images;
        this.members = members;
        this.directory = directory;
        this.uploads = uploads;
        this.policy = policy;
        this.api = api;
        this.known = new Derived<>(database.changes("image"), MOST_KNOWN);
    }

    @Override
    public Optional<ImageInfo> find(Transaction tx, Caller caller, UUID id) {
        boolean admin = policy.check("context_is_admin", Map.of(), caller);
        return known(tx, id)
                .filter(image ->
                        admin
                                || Sight.sees(
                                        image,
                                        caller.projectId(),
                                        project -> members.find(tx, id, project).isPresent()))
                .map(StoredImages::info);
    }

    @Override
    public Optional<ImageInfo> find(Transaction tx, UUID id) {
        return known(tx, id).map(StoredImages::info);
    }

    /** Every boot looks at its image, which seldom changes. */
    private Optional<Image> known(Transaction tx, UUID id) {
        return known.get(tx, id, key -> images.find(tx, key), Optional::isPresent);
    }

    @Override
    public Optional<ImageInfo> findByName(Transaction tx, String name, Optional<String> owner) {
        List<Image> found = images.findByName(tx, name, owner);
        return found.size() == 1 ? Optional.of(info(found.getFirst())) : Optional.empty();
    }

    @Override
    public List<ImageInfo> findByProperties(Transaction tx, Map<String, String> properties) {
        return images.findByProperties(tx, properties).stream().map(StoredImages::info).toList();
    }

    @Override
    public InputStream open(UUID id) throws IOException {
        Image.Content content =
                database.inTransaction(tx -> images.find(tx, id))
                        .flatMap(Image::content)
                        .orElseThrow(() -> new NoSuchFileException("the content of image " + id));
        return directory.openStream(content.key());
    }

    @Override
    public void create(Transaction tx, NewImage wanted) {
        if (images.find(tx, wanted.id()).isPresent()) {
            return;
        }
        Instant now = Times.now();
        images.insert(
                tx,
                new Image(
                        wanted.id(),
                        Optional.of(wanted.name()),
                        ImageStatus.QUEUED,
                        wanted.visibility(),
                        Optional.of(wanted.diskFormat()),
                        Optional.of(wanted.containerFormat()),
                        Optional.empty(),
                        Optional.empty(),
                        Math.toIntExact(wanted.minDiskGb()),
                        Math.toIntExact(wanted.minRamMb()),
                        wanted.isProtected(),
                        false,
                        wanted.owner(),
                        Set.of(),
                        wanted.properties(),
                        now,
                        now));
    }

    @Override
    public ImageInfo upload(UUID id, InputStream content) throws IOException {
        Optional<ImageInfo> before = database.inTransaction(tx -> find(tx, id));
        if (before.filter(ImageInfo::active).isEmpty()) {
            uploads.upload(id, content);
        }
        return database.inTransaction(tx -> find(tx, id))
                .orElseThrow(() -> ApiException.notFound("No image found with ID " + id));
    }

    @Override
    public ImageInfo importFile(NewImage image, Path file) throws IOException {
        database.run(tx -> create(tx, image));
        try (InputStream content = Files.newInputStream(file)) {
            return upload(image.id(), content);
        }
    }

    @Override
    public void delete(Transaction tx, UUID id) {
        images.lock(tx, id)
                .ifPresent(image -> {
                    images.delete(tx, id);
                    uploads.discardAfter(tx, image);
                });
    }

    @Override
    public LocalClient api() {
        return api;
    }

    private static ImageInfo info(Image image) {
        return new ImageInfo(
                image.id(),
                image.name(),
                image.status().wire(),
                image.visibility(),
                image.diskFormat(),
                image.containerFormat(),
                image.content().map(Image.Content::size),
                image.content().flatMap(Image.Content::virtualSize),
                image.content().map(Image.Content::checksum),
                image.content().map(Image.Content::sha512),
                image.minDisk(),
                image.minRam(),
                image.isProtected(),
                image.hidden(),
                image.owner(),
                List.copyOf(image.tags()),
                image.properties(),
                image.createdAt(),
                image.updatedAt());
    }
}
