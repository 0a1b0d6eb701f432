package org.monostack.image.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.monostack.image.ImageConfig;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * An image while a client's wishes are applied to it; checks each value as it is set. Belongs to
 * one request.
 */
final class ImageDraft {
    private static final Set<String> READ_ONLY =
            Set.of(
                    "created_at",
                    "updated_at",
                    "status",
                    "checksum",
                    "size",
                    "virtual_size",
                    "direct_url",
                    "self",
                    "file",
                    "schema",
                    "stores",
                    "os_hash_algo",
                    "os_hash_value");
    private static final Set<String> RESERVED = Set.of("location", "deleted", "deleted_at");
    private static final String RESERVED_PREFIX = "os_glance";
    private static final Set<String> SETTABLE =
            Set.of(
                    "name",
                    "visibility",
                    "protected",
                    "os_hidden",
                    "owner",
                    "container_format",
                    "disk_format",
                    "tags",
                    "min_ram",
                    "min_disk");
    private static final List<String> VISIBILITIES =
            List.of("community", "public", "private", "shared");
    private static final int MAX_TAGS = 128;
    private static final int MAX_PROPERTIES = 128;
    private static final int MAX_NAME = 255;
    private static final int MAX_VALUE = 65_535;

    private final ImageConfig config;
    Optional<String> name = Optional.empty();
    String visibility = "shared";
    boolean isProtected;
    boolean hidden;
    Optional<String> owner = Optional.empty();
    Optional<String> containerFormat = Optional.empty();
    Optional<String> diskFormat = Optional.empty();
    Set<String> tags = new TreeSet<>();
    int minRam;
    int minDisk;
    final Map<String, String> properties = new TreeMap<>();

    ImageDraft(ImageConfig config) {
        this.config = config;
    }

    /** Starts from an image as it is. */
    static ImageDraft of(ImageConfig config, Image image) {
        ImageDraft draft = new ImageDraft(config);
        draft.name = image.name();
        draft.visibility = image.visibility();
        draft.isProtected = image.isProtected();
        draft.hidden = image.hidden();
        draft.owner = image.owner();
        draft.containerFormat = image.containerFormat();
        draft.diskFormat = image.diskFormat();
        draft.tags = new TreeSet<>(image.tags());
        draft.minRam = image.minRam();
        draft.minDisk = image.minDisk();
        draft.properties.putAll(image.properties());
        return draft;
    }

    Image created(UUID id, Instant now) {
        return image(id, ImageStatus.QUEUED, Optional.empty(), Optional.empty(), now, now);
    }

    Image applied(Image before, Instant now) {
        return image(
                before.id(),
                before.status(),
                before.content(),
                before.stagedKey(),
                before.createdAt(),
                now);
    }

    private Image image(
            UUID id,
            ImageStatus status,
            Optional<Image.Content> content,
            Optional<UUID> stagedKey,
            Instant createdAt,
            Instant updatedAt) {
        if (tags.size() > MAX_TAGS) {
            throw tooMany("tags", MAX_TAGS, tags.size());
        }
        if (properties.size() > MAX_PROPERTIES) {
            throw tooMany("properties", MAX_PROPERTIES, properties.size());
        }
        return new Image(
                id,
                name,
                status,
                visibility,
                diskFormat,
                containerFormat,
                content,
                stagedKey,
                minDisk,
                minRam,
                isProtected,
                hidden,
                owner,
                tags,
                properties,
                createdAt,
                updatedAt);
    }

    private static ApiException tooMany(String what, int allowed, int wanted) {
        return ApiException.tooLarge(
                "The limit has been exceeded on the number of allowed image "
                        + what
                        + ". Attempted: "
                        + wanted
                        + ", Maximum: "
                        + allowed);
    }

    /** Throws 403 for a name that no client may set. */
    static void requireWritable(String attribute) {
        if (READ_ONLY.contains(attribute)) {
            throw ApiException.forbidden("Attribute '" + attribute + "' is read-only.");
        }
        if (RESERVED.contains(attribute) || attribute.startsWith(RESERVED_PREFIX)) {
            throw ApiException.forbidden("Attribute '" + attribute + "' is reserved.");
        }
    }

    /** Whether this is an attribute of every image, and not a property of one's own. */
    static boolean isAttribute(String candidate) {
        return SETTABLE.contains(candidate) || candidate.equals("id");
    }

    /** Sets an attribute or a property. 400, naming it, if the value is not of its kind. */
    void set(String attribute, JsonNode value) {
        switch (attribute) {
            case "name" -> name = optionalText(attribute, value);
            case "owner" -> owner = optionalText(attribute, value);
            case "visibility" -> visibility = oneOf(attribute, value, VISIBILITIES);
            case "protected" -> isProtected = bool(attribute, value);
            case "os_hidden" -> hidden = bool(attribute, value);
            case "disk_format" ->
                    diskFormat =
                            value.isNull()
                                    ? Optional.empty()
                                    : Optional.of(oneOf(attribute, value, config.diskFormats()));
            case "container_format" ->
                    containerFormat =
                            value.isNull()
                                    ? Optional.empty()
                                    : Optional.of(
                                            oneOf(attribute, value, config.containerFormats()));
            case "min_ram" -> minRam = size(attribute, value);
            case "min_disk" -> minDisk = size(attribute, value);
            case "tags" -> tags = tags(value);
            default -> properties.put(propertyName(attribute), propertyValue(attribute, value));
        }
    }

    /** A tag as it may be kept; 400 if it is too long or empty. */
    static String tag(String text) {
        if (text.isEmpty()) {
            throw ApiException.badRequest("Invalid input for tags: a tag cannot be empty.");
        }
        if (text.length() > MAX_NAME) {
            throw mismatch("tags", "'" + text + "' is too long");
        }
        return text;
    }

    private static Set<String> tags(JsonNode value) {
        if (!value.isArray()) {
            throw mismatch("tags", shown(value) + " is not of type 'array'");
        }
        Set<String> tags = new TreeSet<>();
        for (JsonNode item : value) {
            if (!item.isString()) {
                throw mismatch("tags", shown(item) + " is not of type 'string'");
            }
            tags.add(tag(item.asString()));
        }
        return tags;
    }

    private static String propertyName(String text) {
        if (text.isEmpty() || text.length() > MAX_NAME) {
            throw ApiException.badRequest(
                    "Custom property should not be greater than 255 characters.");
        }
        return text;
    }

    private static String propertyValue(String attribute, JsonNode value) {
        if (!value.isString()) {
            throw mismatch(attribute, shown(value) + " is not of type 'string'");
        }
        String text = value.asString();
        if (text.length() > MAX_VALUE / 4
                && text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_VALUE) {
            throw mismatch(attribute, "the value is too long");
        }
        return text;
    }

    private static Optional<String> optionalText(String attribute, JsonNode value) {
        if (value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw mismatch(attribute, shown(value) + " is not of type 'null', 'string'");
        }
        if (value.asString().length() > MAX_NAME) {
            throw mismatch(attribute, shown(value) + " is too long");
        }
        return Optional.of(value.asString());
    }

    private static String oneOf(String attribute, JsonNode value, List<String> allowed) {
        if (!value.isString() || !allowed.contains(value.asString())) {
            List<String> quoted = new ArrayList<>();
            allowed.forEach(item -> quoted.add("'" + item + "'"));
            throw mismatch(
                    attribute, shown(value) + " is not one of [" + String.join(", ", quoted) + "]");
        }
        return value.asString();
    }

    private static boolean bool(String attribute, JsonNode value) {
        if (!value.isBoolean()) {
            throw mismatch(attribute, shown(value) + " is not of type 'boolean'");
        }
        return value.booleanValue();
    }

    private static int size(String attribute, JsonNode value) {
        if (!value.isIntegralNumber()) {
            throw mismatch(attribute, shown(value) + " is not of type 'integer'");
        }
        if (!value.canConvertToInt() || value.intValue() < 0) {
            throw ApiException.badRequest(
                    "Invalid value for "
                            + attribute
                            + ": it must be between 0 and "
                            + Integer.MAX_VALUE
                            + ".");
        }
        return value.intValue();
    }

    private static String shown(JsonNode value) {
        String text = value.isString() ? "'" + value.asString() + "'" : value.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    private static ApiException mismatch(String attribute, String why) {
        return ApiException.badRequest(
                "Provided object does not match schema 'image': "
                        + why
                        + ". Failed validating '"
                        + attribute
                        + "'.");
    }
}
