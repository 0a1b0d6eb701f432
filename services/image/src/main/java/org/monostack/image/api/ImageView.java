package org.monostack.image.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.monostack.image.model.Image;
import org.monostack.image.model.Member;
import org.monostack.image.operation.ImportImage;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How images and their members look to clients. */
final class ImageView {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private ImageView() {}

    static String time(Instant instant) {
        return SECONDS.format(instant);
    }

    static ObjectNode image(Image image) {
        ObjectNode view = Json.object();
        // A property never hides an attribute: attributes are written last.
        image.properties().forEach(view::put);
        put(view, "name", image.name());
        put(view, "disk_format", image.diskFormat());
        put(view, "container_format", image.containerFormat());
        view.put("visibility", image.visibility());
        Optional<Image.Content> content = image.content();
        putNumber(view, "size", content.map(Image.Content::size));
        putNumber(view, "virtual_size", content.flatMap(Image.Content::virtualSize));
        view.put("status", image.status().wire());
        put(view, "checksum", content.map(Image.Content::checksum));
        view.put("protected", image.isProtected());
        view.put("min_ram", image.minRam());
        view.put("min_disk", image.minDisk());
        put(view, "owner", image.owner());
        view.put("os_hidden", image.hidden());
        put(view, "os_hash_algo", content.map(known -> "sha512"));
        put(view, "os_hash_value", content.map(Image.Content::sha512));
        view.put("id", image.id().toString());
        view.put("created_at", time(image.createdAt()));
        view.put("updated_at", time(image.updatedAt()));
        ArrayNode tags = view.putArray("tags");
        image.tags().forEach(tags::add);
        view.put("self", "/v2/images/" + image.id());
        view.put("file", "/v2/images/" + image.id() + "/file");
        view.put("schema", "/v2/schemas/image");
        if (content.isPresent()) {
            view.put("stores", ImportImage.STORE);
        }
        return view;
    }

    static ObjectNode member(Member member) {
        ObjectNode view = Json.object();
        view.put("created_at", time(member.createdAt()));
        view.put("image_id", member.image().toString());
        view.put("member_id", member.project());
        view.put("schema", "/v2/schemas/member");
        view.put("status", member.status());
        view.put("updated_at", time(member.updatedAt()));
        return view;
    }

    private static void put(ObjectNode view, String name, Optional<String> value) {
        @Nullable String text = value.orElse(null);
        view.put(name, text);
    }

    private static void putNumber(ObjectNode view, String name, Optional<Long> value) {
        @Nullable Long number = value.orElse(null);
        view.put(name, number);
    }
}
