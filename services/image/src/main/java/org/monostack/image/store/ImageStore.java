package org.monostack.image.store;

import static org.monostack.image.jooq.Tables.IMAGE_;
import static org.monostack.image.jooq.Tables.IMAGE_MEMBER;
import static org.monostack.image.jooq.Tables.IMAGE_PROPERTY;
import static org.monostack.image.jooq.Tables.IMAGE_TAG;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.monostack.image.jooq.tables.records.ImageRecord;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Images with their tags and properties. An image's content counts from the moment its row names
 * the content's key: that is the one change that makes it active.
 */
public final class ImageStore {

    public Optional<Image> find(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(IMAGE_)
                .where(IMAGE_.ID.eq(id.toString()))
                .fetchOptional()
                .map(row -> withDetails(tx, List.of(row)).getFirst());
    }

    /** The image with its row locked until the transaction ends. */
    public Optional<Image> lock(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(IMAGE_)
                .where(IMAGE_.ID.eq(id.toString()))
                .forUpdate()
                .fetchOptional()
                .map(row -> withDetails(tx, List.of(row)).getFirst());
    }

    public List<Image> findByName(Transaction tx, String name, Optional<String> owner) {
        return withDetails(
                tx,
                tx.sql()
                        .selectFrom(IMAGE_)
                        .where(IMAGE_.NAME.eq(name))
                        .and(
                                owner.isPresent()
                                        ? IMAGE_.OWNER.eq(owner.get())
                                        : IMAGE_.OWNER.isNull())
                        .orderBy(IMAGE_.CREATED_AT, IMAGE_.ID)
                        .fetch());
    }

    /** Images that have all these properties, oldest first. */
    public List<Image> findByProperties(Transaction tx, Map<String, String> properties) {
        Condition condition = DSL.noCondition();
        for (Map.Entry<String, String> property : properties.entrySet()) {
            condition =
                    condition.and(
                            IMAGE_.ID.in(
                                    DSL.select(IMAGE_PROPERTY.IMAGE_ID)
                                            .from(IMAGE_PROPERTY)
                                            .where(IMAGE_PROPERTY.NAME.eq(property.getKey()))
                                            .and(IMAGE_PROPERTY.VALUE.eq(property.getValue()))));
        }
        return withDetails(
                tx,
                tx.sql()
                        .selectFrom(IMAGE_)
                        .where(condition)
                        .orderBy(IMAGE_.CREATED_AT, IMAGE_.ID)
                        .fetch());
    }

    /** The rows as images, in their order; two more queries for all of them together. */
    List<Image> withDetails(Transaction tx, List<ImageRecord> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        List<String> ids = rows.stream().map(ImageRecord::getId).toList();
        Map<String, Set<String>> tags = new HashMap<>();
        tx.sql()
                .selectFrom(IMAGE_TAG)
                .where(IMAGE_TAG.IMAGE_ID.in(ids))
                .forEach(row ->
                        tags.computeIfAbsent(row.getImageId(), key -> new TreeSet<>())
                                .add(row.getTag()));
        Map<String, Map<String, String>> properties = new HashMap<>();
        tx.sql()
                .selectFrom(IMAGE_PROPERTY)
                .where(IMAGE_PROPERTY.IMAGE_ID.in(ids))
                .forEach(row ->
                        properties
                                .computeIfAbsent(row.getImageId(), key -> new TreeMap<>())
                                .put(row.getName(), row.getValue()));
        List<Image> images = new ArrayList<>(rows.size());
        for (ImageRecord row : rows) {
            images.add(
                    image(
                            row,
                            tags.getOrDefault(row.getId(), Set.of()),
                            properties.getOrDefault(row.getId(), Map.of())));
        }
        return images;
    }

    public void insert(Transaction tx, Image image) {
        ImageRecord row = new ImageRecord();
        row.setId(image.id().toString());
        row.setCreatedAt(Times.toDb(image.createdAt()));
        row.setRevision(0L);
        fill(row, image);
        tx.sql().insertInto(IMAGE_).set(row).execute();
        putTags(tx, image.id(), image.tags());
        putProperties(tx, image.id(), image.properties());
    }

    /** Writes all that a client may change: attributes, tags and properties. */
    public void update(Transaction tx, Image image) {
        ImageRecord row = new ImageRecord();
        fill(row, image);
        tx.sql()
                .update(IMAGE_)
                .set(row)
                .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                .where(IMAGE_.ID.eq(image.id().toString()))
                .execute();
        putTags(tx, image.id(), image.tags());
        putProperties(tx, image.id(), image.properties());
    }

    private static void fill(ImageRecord row, Image image) {
        row.setName(image.name().orElse(null));
        row.setStatus(image.status().wire());
        row.setVisibility(image.visibility());
        row.setDiskFormat(image.diskFormat().orElse(null));
        row.setContainerFormat(image.containerFormat().orElse(null));
        row.setMinDisk(image.minDisk());
        row.setMinRam(image.minRam());
        row.setProtected(image.isProtected());
        row.setHidden(image.hidden());
        row.setOwner(image.owner().orElse(null));
        row.setUpdatedAt(Times.toDb(image.updatedAt()));
    }

    private static void putTags(Transaction tx, UUID image, Collection<String> tags) {
        Set<String> before =
                tx.sql()
                        .select(IMAGE_TAG.TAG)
                        .from(IMAGE_TAG)
                        .where(IMAGE_TAG.IMAGE_ID.eq(image.toString()))
                        .fetchSet(IMAGE_TAG.TAG);
        Set<String> gone = new HashSet<>(before);
        gone.removeAll(tags);
        if (!gone.isEmpty()) {
            tx.sql()
                    .deleteFrom(IMAGE_TAG)
                    .where(IMAGE_TAG.IMAGE_ID.eq(image.toString()))
                    .and(IMAGE_TAG.TAG.in(gone))
                    .execute();
        }
        for (String tag : tags) {
            if (!before.contains(tag)) {
                tx.sql()
                        .insertInto(IMAGE_TAG)
                        .set(IMAGE_TAG.IMAGE_ID, image.toString())
                        .set(IMAGE_TAG.TAG, tag)
                        .execute();
            }
        }
    }

    private static void putProperties(Transaction tx, UUID image, Map<String, String> properties) {
        Map<String, String> before =
                tx.sql()
                        .select(IMAGE_PROPERTY.NAME, IMAGE_PROPERTY.VALUE)
                        .from(IMAGE_PROPERTY)
                        .where(IMAGE_PROPERTY.IMAGE_ID.eq(image.toString()))
                        .fetchMap(IMAGE_PROPERTY.NAME, IMAGE_PROPERTY.VALUE);
        Set<String> gone = new HashSet<>(before.keySet());
        gone.removeAll(properties.keySet());
        if (!gone.isEmpty()) {
            tx.sql()
                    .deleteFrom(IMAGE_PROPERTY)
                    .where(IMAGE_PROPERTY.IMAGE_ID.eq(image.toString()))
                    .and(IMAGE_PROPERTY.NAME.in(gone))
                    .execute();
        }
        properties.forEach((name, value) -> {
            if (!value.equals(before.get(name))) {
                tx.sql()
                        .insertInto(IMAGE_PROPERTY)
                        .set(IMAGE_PROPERTY.IMAGE_ID, image.toString())
                        .set(IMAGE_PROPERTY.NAME, name)
                        .set(IMAGE_PROPERTY.VALUE, value)
                        .onDuplicateKeyUpdate()
                        .set(IMAGE_PROPERTY.VALUE, value)
                        .execute();
            }
        });
    }

    /**
     * Moves an image from one status to another and says who writes its content now.
     *
     * @return false if it was not in the first status
     */
    public boolean beginUpload(
            Transaction tx, UUID id, ImageStatus from, ImageStatus to, UUID uploadKey) {
        return tx.sql()
                        .update(IMAGE_)
                        .set(IMAGE_.STATUS, to.wire())
                        .set(IMAGE_.UPLOAD_KEY, uploadKey.toString())
                        .set(IMAGE_.UPDATED_AT, now())
                        .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                        .where(IMAGE_.ID.eq(id.toString()))
                        .and(IMAGE_.STATUS.eq(from.wire()))
                        .execute()
                == 1;
    }

    /** Gives the upload up: the image is queued again, if it is still this upload that has it. */
    public void abandonUpload(Transaction tx, UUID id, UUID uploadKey) {
        tx.sql()
                .update(IMAGE_)
                .set(IMAGE_.STATUS, ImageStatus.QUEUED.wire())
                .set(IMAGE_.UPLOAD_KEY, (String) null)
                .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                .where(IMAGE_.ID.eq(id.toString()))
                .and(IMAGE_.UPLOAD_KEY.eq(uploadKey.toString()))
                .execute();
    }

    /**
     * Makes an image active with what its upload wrote.
     *
     * @return false if the image is gone, or somebody else writes it now
     */
    public boolean activate(Transaction tx, UUID id, UUID uploadKey, Image.Content content) {
        return tx.sql()
                        .update(IMAGE_)
                        .set(IMAGE_.STATUS, ImageStatus.ACTIVE.wire())
                        .set(IMAGE_.UPLOAD_KEY, (String) null)
                        .set(IMAGE_.STAGED_KEY, (String) null)
                        .set(IMAGE_.CONTENT_KEY, content.key().toString())
                        .set(IMAGE_.SIZE, content.size())
                        .set(IMAGE_.CHECKSUM, content.checksum())
                        .set(IMAGE_.OS_HASH_ALGO, "sha512")
                        .set(IMAGE_.OS_HASH_VALUE, content.sha512())
                        .set(IMAGE_.VIRTUAL_SIZE, content.virtualSize().orElse(null))
                        .set(IMAGE_.UPDATED_AT, now())
                        .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                        .where(IMAGE_.ID.eq(id.toString()))
                        .and(IMAGE_.UPLOAD_KEY.eq(uploadKey.toString()))
                        .execute()
                == 1;
    }

    /** Records that the upload's content waits for an import; false as in {@link #activate}. */
    public boolean staged(Transaction tx, UUID id, UUID uploadKey, long size) {
        return tx.sql()
                        .update(IMAGE_)
                        .set(IMAGE_.STAGED_KEY, uploadKey.toString())
                        .set(IMAGE_.UPLOAD_KEY, (String) null)
                        .set(IMAGE_.SIZE, size)
                        .set(IMAGE_.UPDATED_AT, now())
                        .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                        .where(IMAGE_.ID.eq(id.toString()))
                        .and(IMAGE_.UPLOAD_KEY.eq(uploadKey.toString()))
                        .execute()
                == 1;
    }

    /** Ends a failed import: the image has no content and waits for some again. */
    public void resetToQueued(Transaction tx, UUID id, UUID uploadKey) {
        tx.sql()
                .update(IMAGE_)
                .set(IMAGE_.STATUS, ImageStatus.QUEUED.wire())
                .set(IMAGE_.UPLOAD_KEY, (String) null)
                .set(IMAGE_.STAGED_KEY, (String) null)
                .set(IMAGE_.SIZE, (Long) null)
                .set(IMAGE_.UPDATED_AT, now())
                .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                .where(IMAGE_.ID.eq(id.toString()))
                .and(IMAGE_.UPLOAD_KEY.eq(uploadKey.toString()))
                .execute();
    }

    public void setStatus(Transaction tx, UUID id, ImageStatus status) {
        tx.sql()
                .update(IMAGE_)
                .set(IMAGE_.STATUS, status.wire())
                .set(IMAGE_.UPDATED_AT, now())
                .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                .where(IMAGE_.ID.eq(id.toString()))
                .execute();
    }

    /** Sets or, with null, removes one property. */
    public void setProperty(Transaction tx, UUID id, String name, @Nullable String value) {
        if (value == null) {
            tx.sql()
                    .deleteFrom(IMAGE_PROPERTY)
                    .where(IMAGE_PROPERTY.IMAGE_ID.eq(id.toString()))
                    .and(IMAGE_PROPERTY.NAME.eq(name))
                    .execute();
            return;
        }
        if (!tx.sql().fetchExists(IMAGE_, IMAGE_.ID.eq(id.toString()))) {
            return;
        }
        tx.sql()
                .insertInto(IMAGE_PROPERTY)
                .set(IMAGE_PROPERTY.IMAGE_ID, id.toString())
                .set(IMAGE_PROPERTY.NAME, name)
                .set(IMAGE_PROPERTY.VALUE, value)
                .onDuplicateKeyUpdate()
                .set(IMAGE_PROPERTY.VALUE, value)
                .execute();
    }

    /** Removes an image with all that hangs on its row. */
    public void delete(Transaction tx, UUID id) {
        String key = id.toString();
        tx.sql().deleteFrom(IMAGE_TAG).where(IMAGE_TAG.IMAGE_ID.eq(key)).execute();
        tx.sql().deleteFrom(IMAGE_PROPERTY).where(IMAGE_PROPERTY.IMAGE_ID.eq(key)).execute();
        tx.sql().deleteFrom(IMAGE_MEMBER).where(IMAGE_MEMBER.IMAGE_ID.eq(key)).execute();
        tx.sql().deleteFrom(IMAGE_).where(IMAGE_.ID.eq(key)).execute();
    }

    /** The keys of all contents and staged contents that rows name. */
    public Set<UUID> namedKeys(Transaction tx) {
        Set<UUID> keys = new HashSet<>();
        tx.sql()
                .select(IMAGE_.CONTENT_KEY, IMAGE_.STAGED_KEY)
                .from(IMAGE_)
                .where(IMAGE_.CONTENT_KEY.isNotNull().or(IMAGE_.STAGED_KEY.isNotNull()))
                .forEach(row -> {
                    optionalUuid(row.value1()).ifPresent(keys::add);
                    optionalUuid(row.value2()).ifPresent(keys::add);
                });
        return keys;
    }

    /**
     * Queues again the images whose upload was cut off with the process that served it. Only while
     * nobody uploads: at the start.
     */
    public int abandonAllUploads(Transaction tx) {
        return tx.sql()
                .update(IMAGE_)
                .set(IMAGE_.STATUS, ImageStatus.QUEUED.wire())
                .set(IMAGE_.UPLOAD_KEY, (String) null)
                .set(IMAGE_.REVISION, IMAGE_.REVISION.plus(1))
                .where(IMAGE_.STATUS.in(ImageStatus.SAVING.wire(), ImageStatus.UPLOADING.wire()))
                .and(IMAGE_.STAGED_KEY.isNull())
                .execute();
    }

    private static LocalDateTime now() {
        return Times.toDb(Times.now());
    }

    private static Optional<UUID> optionalUuid(@Nullable String stored) {
        return Optional.ofNullable(stored).map(UUID::fromString);
    }

    private static Image image(ImageRecord row, Set<String> tags, Map<String, String> properties) {
        return new Image(
                UUID.fromString(row.getId()),
                Optional.ofNullable(row.getName()),
                ImageStatus.valueOf(row.getStatus().toUpperCase(Locale.ROOT)),
                row.getVisibility(),
                Optional.ofNullable(row.getDiskFormat()),
                Optional.ofNullable(row.getContainerFormat()),
                content(row),
                optionalUuid(row.getStagedKey()),
                row.getMinDisk(),
                row.getMinRam(),
                row.getProtected(),
                row.getHidden(),
                Optional.ofNullable(row.getOwner()),
                tags,
                properties,
                Times.fromDb(row.getCreatedAt()),
                Times.fromDb(row.getUpdatedAt()));
    }

    private static Optional<Image.Content> content(ImageRecord row) {
        return optionalUuid(row.getContentKey())
                .map(key ->
                        new Image.Content(
                                key,
                                row.getSize(),
                                row.getChecksum(),
                                row.getOsHashValue(),
                                Optional.ofNullable(row.getVirtualSize())));
    }
}
