package org.monostack.image.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.image.InvalidImage;

/**
 * Looks at an untrusted content before any tool opens it: which format it is in, how large its disk
 * is, and whether opening it would reach for other files. Reads only the few places that say so.
 */
public final class FormatInspector {
    /** Formats that a hypervisor interprets; content in one of them must be declared as such. */
    private static final Set<String> STRUCTURED =
            Set.of("qcow2", "vmdk", "vdi", "vhd", "vhdx", "qed");

    /** Subformats of VMDK that are one self-contained file. */
    private static final Set<String> SELF_CONTAINED_VMDK =
            Set.of("monolithicsparse", "streamoptimized");

    private static final Pattern CREATE_TYPE =
            Pattern.compile("createType\\s*=\\s*\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
    private static final int SECTOR = 512;
    private static final long QCOW2_DATA_FILE_BIT = 1L << 2;
    private static final long QCOW2_KNOWN_BITS = 0x1f;
    private static final int MAX_DESCRIPTOR = 1 << 20;

    private FormatInspector() {}

    /**
     * What a content turned out to be.
     *
     * @param format absent if it is no known structured format: raw, or anything else
     */
    public record Inspection(Optional<String> format, Optional<Long> virtualSize) {}

    /**
     * Inspects a file that is declared to be in a format.
     *
     * @throws InvalidImage when it is in another structured format, or refers to other files
     */
    public static Inspection inspect(Path file, Optional<String> diskFormat, boolean bare)
            throws IOException {
        if (!bare) {
            // An archive or a compressed stream: what is inside is not ours to open.
            return new Inspection(Optional.empty(), Optional.empty());
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Inspection found = new Reader(channel).detect();
            check(found, diskFormat);
            if (found.virtualSize().isEmpty() && diskFormat.filter("raw"::equals).isPresent()) {
                return new Inspection(found.format(), Optional.of(channel.size()));
            }
            return found;
        }
    }

    private static void check(Inspection found, Optional<String> diskFormat) {
        if (found.format().isEmpty() || diskFormat.isEmpty()) {
            return;
        }
        String format = found.format().get();
        if (STRUCTURED.contains(format) && !format.equals(diskFormat.get())) {
            throw new InvalidImage(
                    "The content is in the format "
                            + format
                            + ", which does not match the image's disk_format "
                            + diskFormat.get()
                            + ".");
        }
    }

    /** One pass over one file. */
    private static final class Reader {
        private final FileChannel channel;

        Reader(FileChannel channel) {
            this.channel = channel;
        }

        Inspection detect() throws IOException {
            ByteBuffer head = read(0, SECTOR, ByteOrder.BIG_ENDIAN);
            if (startsWith(head, "QFI\u00fb")) {
                return qcow2(head);
            }
            if (startsWith(head, "KDMV")) {
                return sparseVmdk();
            }
            if (ascii(head, 21).equals("# Disk DescriptorFile")) {
                throw new InvalidImage(
                        "The content is a VMDK descriptor, which refers to other files.");
            }
            if (startsWith(head, "QED\u0000")) {
                return found("qed", Optional.empty());
            }
            if (startsWith(head, "conectix")) {
                return found("vhd", number(head, 48));
            }
            if (startsWith(head, "vhdxfile")) {
                return found("vhdx", vhdxSize());
            }
            ByteBuffer little = head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            if (head.limit() >= 0x44 && little.getInt(0x40) == 0xbeda107f) {
                return found("vdi", number(little, 0x170));
            }
            ByteBuffer volume = read(0x8000, 6, ByteOrder.BIG_ENDIAN);
            if (volume.limit() == 6 && ascii(volume, 6).endsWith("CD001")) {
                return found("iso", Optional.of(channel.size()));
            }
            ByteBuffer footer =
                    read(Math.max(0, channel.size() - SECTOR), SECTOR, ByteOrder.BIG_ENDIAN);
            if (channel.size() > SECTOR && startsWith(footer, "conectix")) {
                return found("vhd", number(footer, 48));
            }
            return new Inspection(Optional.empty(), Optional.empty());
        }

        private static Inspection qcow2(ByteBuffer head) {
            if (head.limit() < 72) {
                throw new InvalidImage("The content ends within its qcow2 header.");
            }
            int version = head.getInt(4);
            if (version != 2 && version != 3) {
                throw new InvalidImage("The content is in qcow2 version " + version + ".");
            }
            if (head.getLong(8) != 0) {
                throw new InvalidImage("The content refers to a backing file.");
            }
            if (version == 3) {
                if (head.limit() < 104) {
                    throw new InvalidImage("The content ends within its qcow2 header.");
                }
                long features = head.getLong(72);
                if ((features & QCOW2_DATA_FILE_BIT) != 0) {
                    throw new InvalidImage("The content refers to an external data file.");
                }
                if ((features & ~QCOW2_KNOWN_BITS) != 0) {
                    throw new InvalidImage("The content uses unknown features of qcow2.");
                }
            }
            return found("qcow2", number(head, 24));
        }

        private Inspection sparseVmdk() throws IOException {
            ByteBuffer head = read(0, SECTOR, ByteOrder.LITTLE_ENDIAN);
            if (head.limit() < 44) {
                throw new InvalidImage("The content ends within its VMDK header.");
            }
            long offset = head.getLong(28) * SECTOR;
            long length = head.getLong(36) * SECTOR;
            if (offset <= 0 || length <= 0 || length > MAX_DESCRIPTOR) {
                throw new InvalidImage("The content is a VMDK without a descriptor.");
            }
            ByteBuffer descriptor = read(offset, (int) length, ByteOrder.BIG_ENDIAN);
            Matcher type = CREATE_TYPE.matcher(ascii(descriptor, descriptor.limit()));
            String name = type.find() ? type.group(1) : "unknown";
            if (!SELF_CONTAINED_VMDK.contains(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidImage(
                        "The content is a VMDK of type " + name + ", which is not allowed.");
            }
            long sectors = head.getLong(12);
            return found(
                    "vmdk",
                    sectors > 0 && sectors < Long.MAX_VALUE / SECTOR
                            ? Optional.of(sectors * SECTOR)
                            : Optional.empty());
        }

        /** Follows the region table to the metadata table to the item of the disk's size. */
        private Optional<Long> vhdxSize() throws IOException {
            ByteBuffer regions = read(0x30000, 64 << 10, ByteOrder.LITTLE_ENDIAN);
            if (!startsWith(regions, "regi")) {
                return Optional.empty();
            }
            int count = Math.min(regions.getInt(8), 2047);
            for (int i = 0; i < count && 16 + 32 * (i + 1) <= regions.limit(); i++) {
                int at = 16 + 32 * i;
                if (regions.getLong(at) == 0x4B9A47908B7CA206L) {
                    return vhdxSize(regions.getLong(at + 16));
                }
            }
            return Optional.empty();
        }

        private Optional<Long> vhdxSize(long metadata) throws IOException {
            ByteBuffer table = read(metadata, 64 << 10, ByteOrder.LITTLE_ENDIAN);
            if (!startsWith(table, "metadata")) {
                return Optional.empty();
            }
            int count = Math.min(Short.toUnsignedInt(table.getShort(10)), 2047);
            for (int i = 0; i < count && 32 + 32 * (i + 1) <= table.limit(); i++) {
                int at = 32 + 32 * i;
                if (table.getLong(at) == 0x4876CD1B2FA54224L) {
                    long item = metadata + Integer.toUnsignedLong(table.getInt(at + 16));
                    return number(read(item, 8, ByteOrder.LITTLE_ENDIAN), 0);
                }
            }
            return Optional.empty();
        }

        private ByteBuffer read(long position, int length, ByteOrder order) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(length).order(order);
            if (position < 0) {
                return buffer.flip();
            }
            while (buffer.hasRemaining()
                    && channel.read(buffer, position + buffer.position()) >= 0) {
                continue;
            }
            return buffer.flip();
        }

        private static Inspection found(String format, Optional<Long> virtualSize) {
            return new Inspection(Optional.of(format), virtualSize);
        }

        private static Optional<Long> number(ByteBuffer buffer, int at) {
            if (buffer.limit() < at + 8 || buffer.getLong(at) < 0) {
                return Optional.empty();
            }
            return Optional.of(buffer.getLong(at));
        }

        private static boolean startsWith(ByteBuffer buffer, String latin) {
            byte[] magic = latin.getBytes(StandardCharsets.ISO_8859_1);
            if (buffer.limit() < magic.length) {
                return false;
            }
            for (int i = 0; i < magic.length; i++) {
                if (buffer.get(i) != magic[i]) {
                    return false;
                }
            }
            return true;
        }

        private static String ascii(ByteBuffer buffer, int length) {
            byte[] bytes = new byte[Math.min(length, buffer.limit())];
            buffer.get(0, bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
