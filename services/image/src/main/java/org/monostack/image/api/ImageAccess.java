package org.monostack.image.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageFilter;
import org.monostack.image.model.Sight;
import org.monostack.image.store.ImageStore;
import org.monostack.image.store.MemberStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;

/**
 * Finds images with a caller's eyes. An image that a caller may not see does not exist for it: 404.
 * One that it sees and may not act on: 403.
 */
public final class ImageAccess {
    private static final Pattern UUID_FORM =
            Pattern.compile(
                    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final ImageStore images;
    private final MemberStore members;

    public ImageAccess(ImageStore images, MemberStore members) {
        this.images = images;
        this.members = members;
    }

    /** Whom a list is for. */
    static ImageFilter.Viewer viewer(Request request) {
        return new ImageFilter.Viewer(request.caller().projectId(), isAdmin(request));
    }

    static boolean isAdmin(Request request) {
        return request.allowed("context_is_admin", Map.of());
    }

    static Optional<UUID> uuid(String text) {
        return UUID_FORM.matcher(text).matches()
                ? Optional.of(UUID.fromString(text))
                : Optional.empty();
    }

    static ApiException notFound(String id) {
        return ApiException.notFound("No image found with ID " + id);
    }

    /** The image that the path names, if the caller sees it. */
    Image visible(Transaction tx, Request request) {
        return visible(tx, request, false);
    }

    /** The same, with its row locked until the transaction ends. */
    Image locked(Transaction tx, Request request) {
        return visible(tx, request, true);
    }

    private Image visible(Transaction tx, Request request, boolean lock) {
        String text = request.pathParameter("image_id");
        UUID id = uuid(text).orElseThrow(() -> notFound(text));
        Image image =
                (lock ? images.lock(tx, id) : images.find(tx, id))
                        .orElseThrow(() -> notFound(text));
        boolean sees =
                isAdmin(request)
                        || Sight.sees(
                                image,
                                request.caller().projectId(),
                                project -> members.find(tx, id, project).isPresent());
        if (!sees || !request.allowed("get_image", target(tx, request, image))) {
            throw notFound(text);
        }
        return image;
    }

    /** Throws 403 unless the caller may do this to an image that it sees. */
    void authorize(Transaction tx, Request request, String rule, Image image) {
        request.authorize(rule, target(tx, request, image));
    }

    /** What rules can ask of an image. */
    Map<String, Object> target(Transaction tx, Request request, Image image) {
        Map<String, Object> target = new HashMap<>();
        String owner = image.owner().orElse("");
        target.put("project_id", owner);
        target.put("owner", owner);
        target.put("visibility", image.visibility());
        target.put("image_id", image.id().toString());
        request.caller()
                .projectId()
                .filter(project -> !project.equals(owner))
                .filter(project -> members.find(tx, image.id(), project).isPresent())
                .ifPresent(project -> target.put("member_id", project));
        return target;
    }
}
