package org.monostack.driver.libvirt;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the end of a serial console's log, which virtlogd keeps in a file and its predecessor. */
final class ConsoleLog {
    private static final int BLOCK = 8192;

    private ConsoleLog() {}

    /**
     * The last lines, oldest first, with what follows the last line feed as a line of its own.
     *
     * @param lines how many; all that is kept if negative
     */
    static String tail(Path file, int lines) throws IOException {
        if (lines == 0) {
            return "";
        }
        byte[] newest = end(file, lines);
        int found = lineFeeds(newest);
        boolean partial = newest.length > 0 && newest[newest.length - 1] != '\n';
        Path older = file.resolveSibling(file.getFileName() + ".0");
        byte[] before = {};
        int missing = lines - found - (partial ? 1 : 0);
        // The newest part may begin in the middle of a line: none missing means one more to read.
        if (lines < 0 || missing >= 0) {
            before = end(older, lines < 0 ? -1 : missing + 1);
        }
        byte[] all = new byte[before.length + newest.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(newest, 0, all, before.length, newest.length);
        int start = lines < 0 ? 0 : startOfLast(all, lines);
        return new String(all, start, all.length - start, StandardCharsets.UTF_8);
    }

    /** The file's end, long enough for that many lines. */
    private static byte[] end(Path file, int lines) throws IOException {
        // It may be missing, or be renamed at any moment.
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            long from = lines < 0 ? 0 : length;
            byte[] block = new byte[BLOCK];
            int seen = 0;
            while (from > 0 && seen <= lines) {
                int size = (int) Math.min(BLOCK, from);
                from -= size;
                in.seek(from);
                in.readFully(block, 0, size);
                for (int i = 0; i < size; i++) {
                    if (block[i] == '\n') {
                        seen++;
                    }
                }
            }
            byte[] bytes = new byte[(int) (length - from)];
            in.seek(from);
            in.readFully(bytes);
            return bytes;
        } catch (FileNotFoundException e) {
            return new byte[0];
        }
    }

    private static int startOfLast(byte[] bytes, int lines) {
        int wanted = lines;
        // The line feed that ends the last line begins no new one.
        for (int i = bytes.length - 2; i >= 0; i--) {
            if (bytes[i] == '\n' && --wanted == 0) {
                return i + 1;
            }
        }
        return 0;
    }

    private static int lineFeeds(byte[] bytes) {
        int count = 0;
        for (byte b : bytes) {
            if (b == '\n') {
                count++;
            }
        }
        return count;
    }
}
