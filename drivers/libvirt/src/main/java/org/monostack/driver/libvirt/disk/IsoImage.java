package org.monostack.driver.libvirt.disk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a small ISO 9660 file system with Joliet names in memory: what a config drive needs and no
 * more. The same files give the same bytes.
 *
 * <p>Layout, in sectors of 2048 bytes: 16 empty ones, the two volume descriptors (plain and Joliet)
 * and their end mark, two path tables for each, the directories of each, then the files once. Each
 * directory fits what its entries need; entries do not cross sectors, as the standard has it.
 */
final class IsoImage {
    private static final int SECTOR = 2048;
    private static final int SYSTEM_AREA = 16;
    private static final int DESCRIPTORS = 3;
    // Programs that look for labels, busybox among them, read 68 kB at once and skip what is
    // shorter.
    private static final int PADDING = 150;
    private static final byte DIRECTORY_FLAG = 2;
    private static final int LONGEST_PLAIN_NAME = 31;
    private static final int LONGEST_JOLIET_NAME = 64;
    // 2000-01-01: years since 1900, month, day, hour, minute, second, zone.
    private static final byte[] RECORD_DATE = {100, 1, 1, 0, 0, 0, 0};
    private static final String VOLUME_DATE = "2000010100000000";

    /** A directory; files are leaves with content. Sorted by name, as the standard wants it. */
    private static final class Node {
        final TreeMap<String, Node> children = new TreeMap<>();
        byte[] content = {};
        boolean directory;
        int contentSector;
        // One place per name space: plain and Joliet.
        final int[] sector = new int[2];
        final int[] size = new int[2];
        final int[] number = new int[2];
    }

    /** One of the two sets of names over the same files. */
    private enum Names {
        PLAIN(StandardCharsets.ISO_8859_1),
        JOLIET(StandardCharsets.UTF_16BE);

        final Charset charset;

        Names(Charset charset) {
            this.charset = charset;
        }
    }

    private final Node root = new Node();

    private IsoImage() {
        root.directory = true;
    }

    /**
     * A file system.
     *
     * @param label the volume's name, at most 16 characters
     * @param files content by path, such as openstack/latest/meta_data.json
     */
    static byte[] of(String label, Map<String, byte[]> files) {
        IsoImage image = new IsoImage();
        files.forEach(image::add);
        return image.write(label);
    }

    private void add(String path, byte[] content) {
        Node node = root;
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            if (name.length() > LONGEST_JOLIET_NAME || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException("not a name for a config drive: " + path);
            }
            node.directory = true;
            node = node.children.computeIfAbsent(name, key -> new Node());
        }
        node.content = content;
    }

    private byte[] write(String label) {
        List<List<Node>> order = new ArrayList<>();
        List<ByteBuffer> tables = new ArrayList<>();
        int next = SYSTEM_AREA + DESCRIPTORS;
        // Sizes first: path tables come before the directories whose sectors they name.
        int[] tableSize = new int[2];
        int[] tableSector = new int[2];
        for (Names names : Names.values()) {
            List<Node> directories = directoriesInOrder(names);
            order.add(directories);
            tableSize[names.ordinal()] = pathTable(names, ByteOrder.LITTLE_ENDIAN).remaining();
            tableSector[names.ordinal()] = next;
            next += 2 * sectors(tableSize[names.ordinal()]);
        }
        for (Names names : Names.values()) {
            for (Node directory : order.get(names.ordinal())) {
                int bytes = directoryBytes(directory, directory, names).length;
                directory.sector[names.ordinal()] = next;
                directory.size[names.ordinal()] = sectors(bytes) * SECTOR;
                next += sectors(bytes);
            }
        }
        List<Node> files = new ArrayList<>();
        collectFiles(root, files);
        for (Node file : files) {
            file.contentSector = next;
            next += sectors(file.content.length);
        }

        next += PADDING;
        ByteBuffer out = ByteBuffer.allocate(next * SECTOR);
        for (Names names : Names.values()) {
            int index = names.ordinal();
            place(
                    out,
                    SYSTEM_AREA + index,
                    descriptor(label, names, next, tableSize[index], tableSector[index]));
            tables.clear();
            tables.add(pathTable(names, ByteOrder.LITTLE_ENDIAN));
            tables.add(pathTable(names, ByteOrder.BIG_ENDIAN));
            for (int i = 0; i < 2; i++) {
                byte[] table = new byte[tables.get(i).remaining()];
                tables.get(i).get(table);
                place(out, tableSector[index] + i * sectors(tableSize[index]), table);
            }
            writeDirectories(out, root, root, names);
        }
        place(out, SYSTEM_AREA + 2, new byte[] {(byte) 255, 'C', 'D', '0', '0', '1', 1});
        for (Node file : files) {
            place(out, file.contentSector, file.content);
        }
        return out.array();
    }

    private static void place(ByteBuffer out, int sector, byte[] bytes) {
        out.put(sector * SECTOR, bytes);
    }

    private static int sectors(int bytes) {
        return (bytes + SECTOR - 1) / SECTOR;
    }

    private static void collectFiles(Node node, List<Node> files) {
        for (Node child : node.children.values()) {
            if (child.directory) {
                collectFiles(child, files);
            } else {
                files.add(child);
            }
        }
    }

    private void writeDirectories(ByteBuffer out, Node directory, Node parent, Names names) {
        place(out, directory.sector[names.ordinal()], directoryBytes(directory, parent, names));
        for (Node child : directory.children.values()) {
            if (child.directory) {
                writeDirectories(out, child, directory, names);
            }
        }
    }

    /** Directories level by level, which is a path table's order; numbers them from 1. */
    private List<Node> directoriesInOrder(Names names) {
        List<Node> order = new ArrayList<>(List.of(root));
        for (int i = 0; i < order.size(); i++) {
            Node directory = order.get(i);
            directory.number[names.ordinal()] = i + 1;
            for (Node child : directory.children.values()) {
                if (child.directory) {
                    order.add(child);
                }
            }
        }
        return order;
    }

    private ByteBuffer pathTable(Names names, ByteOrder byteOrder) {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        record Entry(Node node, int parent, byte[] name) {}
        List<Entry> entries = new ArrayList<>(List.of(new Entry(root, 1, new byte[1])));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            ByteBuffer head = ByteBuffer.allocate(8).order(byteOrder);
            head.put((byte) entry.name.length)
                    .put((byte) 0)
                    .putInt(entry.node.sector[names.ordinal()])
                    .putShort((short) entry.parent);
            table.writeBytes(head.array());
            table.writeBytes(entry.name);
            if (entry.name.length % 2 == 1) {
                table.write(0);
            }
            Map<String, Node> children = entry.node.children;
            for (Map.Entry<String, Node> child : children.entrySet()) {
                if (child.getValue().directory) {
                    entries.add(
                            new Entry(
                                    child.getValue(),
                                    entry.node.number[names.ordinal()],
                                    identifier(child.getKey(), entry.node, names)));
                }
            }
        }
        return ByteBuffer.wrap(table.toByteArray());
    }

    private static byte[] directoryBytes(Node directory, Node parent, Names names) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(record(directory, new byte[] {0}, names));
        out.writeBytes(record(parent, new byte[] {1}, names));
        for (Map.Entry<String, Node> child : directory.children.entrySet()) {
            byte[] record =
                    record(child.getValue(), identifier(child.getKey(), directory, names), names);
            int left = SECTOR - out.size() % SECTOR;
            if (record.length > left) {
                out.writeBytes(new byte[left]);
            }
            out.writeBytes(record);
        }
        return out.toByteArray();
    }

    private static byte[] record(Node node, byte[] name, Names names) {
        int length = 33 + name.length + (name.length + 1) % 2;
        ByteBuffer record = ByteBuffer.allocate(length);
        record.put((byte) length).put((byte) 0);
        both32(record, node.directory ? node.sector[names.ordinal()] : node.contentSector);
        both32(record, node.directory ? node.size[names.ordinal()] : node.content.length);
        record.put(RECORD_DATE)
                .put(node.directory ? DIRECTORY_FLAG : 0)
                .put((byte) 0)
                .put((byte) 0);
        both16(record, 1);
        record.put((byte) name.length).put(name);
        return record.array();
    }

    /** A name on disk. Plain ones are cut to what the standard allows, and numbered if cut. */
    private static byte[] identifier(String name, Node directory, Names names) {
        String shown = name;
        boolean file = !child(directory, name).directory;
        int longest = LONGEST_PLAIN_NAME - 2;
        if (names == Names.PLAIN && name.length() > longest) {
            String suffix = "~" + directory.children.headMap(name).size();
            shown = name.substring(0, longest - suffix.length()) + suffix;
        }
        return (file ? shown + ";1" : shown).getBytes(names.charset);
    }

    private static Node child(Node directory, String name) {
        Node child = directory.children.get(name);
        if (child == null) {
            throw new IllegalStateException(name);
        }
        return child;
    }

    private byte[] descriptor(
            String label, Names names, int volumeSectors, int tableSize, int tableSector) {
        boolean joliet = names == Names.JOLIET;
        ByteBuffer out = ByteBuffer.allocate(SECTOR);
        out.put((byte) (joliet ? 2 : 1)).put("CD001".getBytes(StandardCharsets.US_ASCII));
        out.put((byte) 1).put((byte) 0);
        text(out, "LINUX", 32, names);
        text(out, label, 32, names);
        out.position(80);
        both32(out, volumeSectors);
        if (joliet) {
            out.put(88, new byte[] {'%', '/', 'E'}); // Joliet level 3: names in UTF-16.
        }
        out.position(120);
        both16(out, 1);
        both16(out, 1);
        both16(out, SECTOR);
        both32(out, tableSize);
        out.order(ByteOrder.LITTLE_ENDIAN).putInt(tableSector).putInt(0);
        out.order(ByteOrder.BIG_ENDIAN).putInt(tableSector + sectors(tableSize)).putInt(0);
        out.put(record(root, new byte[] {0}, names));
        text(out, "", 128, names); // Volume set, publisher, preparer, application.
        text(out, "", 128, names);
        text(out, "", 128, names);
        text(out, "MONOSTACK", 128, names);
        text(out, "", 37, names);
        text(out, "", 37, names);
        text(out, "", 37, names);
        byte[] date = VOLUME_DATE.getBytes(StandardCharsets.US_ASCII);
        byte[] never = "0000000000000000".getBytes(StandardCharsets.US_ASCII);
        for (byte[] each : List.of(date, date, never, never)) {
            out.put(each).put((byte) 0);
        }
        out.put((byte) 1);
        return out.array();
    }

    private static void text(ByteBuffer out, String value, int width, Names names) {
        int characters = names == Names.JOLIET ? width / 2 : width;
        if (value.length() > characters) {
            throw new IllegalArgumentException("too long: " + value);
        }
        byte[] padded = (value + " ".repeat(characters - value.length())).getBytes(names.charset);
        out.put(padded);
        if (padded.length < width) {
            out.put((byte) 0);
        }
    }

    private static void both32(ByteBuffer out, int value) {
        out.putInt(Integer.reverseBytes(value)).putInt(value);
    }

    private static void both16(ByteBuffer out, int value) {
        out.putShort(Short.reverseBytes((short) value)).putShort((short) value);
    }
}
