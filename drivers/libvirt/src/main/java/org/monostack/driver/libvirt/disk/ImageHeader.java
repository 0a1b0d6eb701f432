package org.monostack.driver.libvirt.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What an image file is, read from its first bytes by us alone: an image comes from a stranger, and
 * one that names another file (a backing file, a data file) would make QEMU open that file of the
 * host's for its owner to read.
 *
 * @param format what the content is, whatever its owner says
 * @param virtualSize bytes of the disk inside
 * @param backingFile the file that a qcow2 image lies over
 */
public record ImageHeader(Format format, long virtualSize, Optional<String> backingFile) {

    /** Formats that this driver can give a guest, and others it knows in order to refuse them. */
    public enum Format {
        RAW,
        QCOW2,
        ISO,
        OTHER
    }

    private static final int HEAD = 4096;
    private static final int QCOW_MAGIC = 0x514649fb;
    private static final long ISO_DESCRIPTOR = 16L * 2048;

    // Offsets in qcow2's header, all values big-endian.
    private static final int VERSION = 4;
    private static final int BACKING_OFFSET = 8;
    private static final int BACKING_LENGTH = 16;
    private static final int CLUSTER_BITS = 20;
    private static final int SIZE = 24;
    private static final int ENCRYPTION = 32;
    private static final int INCOMPATIBLE_FEATURES = 72;
    private static final int HEADER_LENGTH = 100;
    private static final int VERSION_2_LENGTH = 72;
    private static final int VERSION_3_LENGTH = 104;
    private static final int LONGEST_BACKING_NAME = 1023;

    private static final long DIRTY = 1;
    private static final long CORRUPT = 1 << 1;
    private static final long EXTERNAL_DATA = 1 << 2;
    private static final long COMPRESSION_TYPE = 1 << 3;
    private static final long EXTENDED_L2 = 1 << 4;
    private static final int DATA_FILE_EXTENSION = 0x44415441;

    /** An image that must not be given to QEMU; the message is for its owner. */
    public static final class RefusedImage extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedImage(String message) {
            super(message);
        }
    }

    /** Reads the header of a disk that we made ourselves, which may have a backing file. */
    public static ImageHeader read(Path file) throws IOException, RefusedImage {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
                // Until the buffer is full or the file ends.
            }
            head.flip();
            if (head.remaining() >= VERSION_2_LENGTH && head.getInt(0) == QCOW_MAGIC) {
                return qcow2(head, channel);
            }
            if (otherFormat(head)) {
                return new ImageHeader(Format.OTHER, channel.size(), Optional.empty());
            }
            boolean iso =
                    channel.size() > ISO_DESCRIPTOR + 6
                            && "CD001".equals(text(readAt(channel, ISO_DESCRIPTOR + 1, 5), 0, 5));
            return new ImageHeader(iso ? Format.ISO : Format.RAW, channel.size(), Optional.empty());
        }
    }

    /**
     * Reads an image from a stranger and throws if it must not be used as what it is said to be.
     */
    public static ImageHeader inspect(Path file, String declaredFormat)
            throws IOException, RefusedImage {
        ImageHeader header = read(file);
        String declared = declaredFormat.toLowerCase(Locale.ROOT);
        boolean agrees =
                switch (declared) {
                    case "qcow2" -> header.format == Format.QCOW2;
                    case "iso" -> header.format == Format.ISO;
                    // A hybrid ISO is a proper disk too.
                    case "raw" -> header.format == Format.RAW || header.format == Format.ISO;
                    default ->
                            throw new RefusedImage(
                                    "disk format "
                                            + declaredFormat
                                            + " is not supported by this host; convert the image"
                                            + " to qcow2 or raw");
                };
        if (!agrees) {
            throw new RefusedImage(
                    "the image's content is not " + declared + ", which its disk format says");
        }
        if (header.backingFile.isPresent()) {
            throw new RefusedImage("the image has a backing file, which is not allowed");
        }
        return header;
    }

    private static ImageHeader qcow2(ByteBuffer head, FileChannel channel)
            throws IOException, RefusedImage {
        int version = head.getInt(VERSION);
        if (version != 2 && version != 3) {
            throw new RefusedImage("qcow2 version " + version + " is not supported");
        }
        int clusterBits = head.getInt(CLUSTER_BITS);
        if (clusterBits < 9 || clusterBits > 21) {
            throw new RefusedImage("the image's qcow2 header is damaged (cluster size)");
        }
        if (head.getInt(ENCRYPTION) != 0) {
            throw new RefusedImage("encrypted qcow2 images are not supported");
        }
        int length = VERSION_2_LENGTH;
        if (version == 3) {
            if (head.remaining() < VERSION_3_LENGTH) {
                throw new RefusedImage("the image's qcow2 header is cut off");
            }
            length = head.getInt(HEADER_LENGTH);
            long features = head.getLong(INCOMPATIBLE_FEATURES);
            if ((features & EXTERNAL_DATA) != 0) {
                throw new RefusedImage("the image has an external data file, which is not allowed");
            }
            if ((features & CORRUPT) != 0) {
                throw new RefusedImage("the image is marked as corrupt");
            }
            if ((features & ~(DIRTY | COMPRESSION_TYPE | EXTENDED_L2)) != 0) {
                throw new RefusedImage("the image uses qcow2 features that are not supported");
            }
        }
        refuseDataFileExtension(head, length);
        long size = head.getLong(SIZE);
        if (size < 0) {
            throw new RefusedImage("the image's qcow2 header is damaged (size)");
        }
        return new ImageHeader(Format.QCOW2, size, backingFile(head, channel));
    }

    private static Optional<String> backingFile(ByteBuffer head, FileChannel channel)
            throws IOException, RefusedImage {
        long offset = head.getLong(BACKING_OFFSET);
        if (offset == 0) {
            return Optional.empty();
        }
        int length = head.getInt(BACKING_LENGTH);
        if (offset < 0 || length < 0 || length > LONGEST_BACKING_NAME) {
            throw new RefusedImage("the image's qcow2 header is damaged (backing file)");
        }
        return Optional.of(text(readAt(channel, offset, length), 0, length));
    }

    /** Extensions follow the header: type, length, data padded to eight bytes; type 0 ends them. */
    private static void refuseDataFileExtension(ByteBuffer head, int start) throws RefusedImage {
        long at = start;
        while (at >= VERSION_2_LENGTH && at + 8 <= head.limit()) {
            int type = head.getInt((int) at);
            if (type == 0) {
                return;
            }
            if (type == DATA_FILE_EXTENSION) {
                throw new RefusedImage("the image has an external data file, which is not allowed");
            }
            long length = Integer.toUnsignedLong(head.getInt((int) at + 4));
            at += 8 + (length + 7) / 8 * 8;
        }
    }

    /**
     * Formats that name other files or need converting: VMDK, VHDX, VHD, VDI, QED, LUKS, QCOW 1.
     */
    private static boolean otherFormat(ByteBuffer head) {
        String start = text(head, 0, 21);
        return start.startsWith("KDMV")
                || start.startsWith("COWD")
                || start.startsWith("# Disk DescriptorFile")
                || start.startsWith("vhdxfile")
                || start.startsWith("conectix")
                || start.startsWith("QED\0")
                || start.startsWith("LUKS")
                || start.startsWith("QFI")
                || start.startsWith("<<< ")
                || start.startsWith("WithoutFreeSpace")
                || start.startsWith("WithouFreSpacExt");
    }

    private static ByteBuffer readAt(FileChannel channel, long offset, int length)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
            // Until the buffer is full or the file ends.
        }
        return buffer.flip();
    }

    private static String text(ByteBuffer buffer, int offset, int length) {
        int end = Math.min(buffer.limit(), offset + length);
        byte[] bytes = new byte[Math.max(0, end - offset)];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
