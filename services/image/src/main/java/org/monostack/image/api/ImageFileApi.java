package org.monostack.image.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.OptionalLong;
import org.monostack.image.InvalidImage;
import org.monostack.image.content.ContentDirectory;
import org.monostack.image.content.ContentTooLarge;
import org.monostack.image.content.StorageFull;
import org.monostack.image.content.Uploads;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageStatus;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;

/** Contents as streams: upload, staging, download of the whole or of a range. */
public final class ImageFileApi {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final String OCTETS = "application/octet-stream";

    private final Database database;
    private final ImageAccess access;
    private final Uploads uploads;
    private final ContentDirectory directory;
    private final long maxBytes;

    public ImageFileApi(
            Database database,
            ImageAccess access,
            Uploads uploads,
            ContentDirectory directory,
            long maxBytes) {
        this.database = database;
        this.access = access;
        this.uploads = uploads;
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    public void route(Routes routes) {
        routes.put("/v2/images/{image_id}/file", this::upload)
                .policyInHandler("upload_image")
                .rawBody()
                .answers(204);
        routes.get("/v2/images/{image_id}/file", this::download).policyInHandler("download_image");
        routes.put("/v2/images/{image_id}/stage", this::stage)
                .policyInHandler("modify_image")
                .rawBody()
                .answers(204);
    }

    private Response upload(Request request) throws IOException {
        Image image = authorized(request, "upload_image");
        return taken(request, in -> uploads.upload(image.id(), in));
    }

    private Response stage(Request request) throws IOException {
        Image image = authorized(request, "modify_image");
        return taken(request, in -> uploads.stage(image.id(), in));
    }

    private Image authorized(Request request, String rule) {
        requireOctets(request);
        if (request.contentLength().orElse(0) > maxBytes) {
            throw tooLarge("more than " + maxBytes + " bytes");
        }
        return database.inTransaction(tx -> {
            Image found = access.visible(tx, request);
            access.authorize(tx, request, rule, found);
            return found;
        });
    }

    private static Response taken(Request request, Taking taking) throws IOException {
        try {
            taking.take(request.bodyStream());
        } catch (InvalidImage e) {
            throw ApiException.unsupportedMediaType(String.valueOf(e.getMessage()));
        } catch (ContentTooLarge e) {
            throw tooLarge(String.valueOf(e.getMessage()));
        } catch (StorageFull e) {
            throw ApiException.tooLarge("Image storage media is full: " + e.getMessage());
        }
        return Response.empty(204);
    }

    private static ApiException tooLarge(String why) {
        return ApiException.tooLarge("The incoming image is too large: " + why);
    }

    private static void requireOctets(Request request) {
        String type = request.header("Content-Type").orElse("");
        if (!type.strip().equalsIgnoreCase(OCTETS)) {
            throw ApiException.unsupportedMediaType(
                    "Content-Type must be " + OCTETS + " for image data.");
        }
    }

    private Response download(Request request) throws IOException {
        Image image =
                database.reading(tx -> {
                    Image found = access.visible(tx, request);
                    access.authorize(tx, request, "download_image", found);
                    return found;
                });
        if (image.status() == ImageStatus.DEACTIVATED && !ImageAccess.isAdmin(request)) {
            throw ApiException.forbidden(
                    "The requested image has been deactivated. Image data download is forbidden.");
        }
        if (image.content().isEmpty()) {
            return Response.empty(204);
        }
        Image.Content content = image.content().get();
        Optional<ByteRange> range = ByteRange.of(request, content.size());
        long from = range.map(ByteRange::first).orElse(0L);
        long length = range.map(ByteRange::length).orElse(content.size());
        Response response;
        if (request.method().equals("HEAD")) {
            response =
                    Response.empty(200)
                            .header("Content-Type", OCTETS)
                            .header("Content-Length", Long.toString(length));
        } else {
            FileChannel channel;
            try {
                channel = directory.open(content.key());
            } catch (NoSuchFileException e) {
                // Deleted between the look at the row and now.
                throw ImageAccess.notFound(image.id().toString());
            }
            response =
                    Response.stream(
                            range.isPresent() ? 206 : 200,
                            OCTETS,
                            OptionalLong.of(length),
                            out -> send(channel, from, length, out));
        }
        if (range.isPresent()) {
            response = response.header("Content-Range", range.get().header(content.size()));
        }
        return response.header("Content-MD5", content.checksum());
    }

    private static void send(FileChannel channel, long from, long length, OutputStream out)
            throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.clamp(length, 1, BUFFER_BYTES));
            long at = from;
            long end = from + length;
            while (at < end) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
                int read = channel.read(buffer, at);
                if (read < 0) {
                    throw new IOException("the image file is shorter than its row says");
                }
                out.write(buffer.array(), 0, read);
                at += read;
            }
        }
    }

    @FunctionalInterface
    private interface Taking {
        void take(InputStream in) throws IOException;
    }
}
