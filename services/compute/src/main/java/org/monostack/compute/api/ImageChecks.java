package org.monostack.compute.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.ImageRef;
import org.monostack.image.ImageInfo;
import org.monostack.image.Images;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;

/** Whether an image can become a server's disk. Thread-safe. */
final class ImageChecks {
    private static final long GIB = 1L << 30;

    private final Images images;

    ImageChecks(Images images) {
        this.images = images;
    }

    /** The image as a server remembers it; 400 when it is not there, not ready or too large. */
    ImageRef require(Transaction tx, Request request, UUID id, Flavor flavor) {
        ImageInfo image =
                images.find(tx, request.caller(), id)
                        .orElseThrow(() -> ApiException.badRequest("Can not find requested image"));
        if (!image.active()) {
            throw ApiException.badRequest("Image " + id + " is not active.");
        }
        fits(request, image, flavor);
        return ImageRef.of(image);
    }

    private static void fits(Request request, ImageInfo image, Flavor flavor) {
        if (flavor.memoryMb() < image.minRamMb()) {
            throw ApiException.badRequest("Flavor's memory is too small for requested image.");
        }
        if (flavor.rootGb() == 0) {
            if (!request.allowed(
                    "os_compute_api:servers:create:zero_disk_flavor",
                    Map.of(
                            "project_id", request.caller().projectId().orElse(""),
                            "user_id", request.caller().userId()))) {
                throw ApiException.forbidden(
                        "Only volume-backed servers are allowed for flavors with zero disk.");
            }
            return;
        }
        long disk = flavor.rootGb() * GIB;
        long size = image.virtualSizeBytes().orElse(image.sizeBytes().orElse(0L));
        if (size > disk) {
            throw ApiException.badRequest(
                    "Flavor's disk is too small for requested image. Flavor disk is "
                            + disk
                            + " bytes, image is "
                            + size
                            + " bytes.");
        }
        if (image.minDiskGb() > flavor.rootGb()) {
            throw ApiException.badRequest(
                    "Flavor's disk is smaller than the minimum size specified in image metadata."
                            + " Flavor disk is "
                            + disk
                            + " bytes, minimum size is "
                            + image.minDiskGb() * GIB
                            + " bytes.");
        }
    }

    /** What a snapshot of a server inherits from the image it was made from. */
    static Map<String, String> inherited(ImageRef image) {
        return new HashMap<>(image.properties());
    }

    Optional<ImageInfo> find(Transaction tx, Request request, UUID id) {
        return images.find(tx, request.caller(), id);
    }
}
