package org.monostack.image.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Copies a stream to a channel while hashing it. Memory is bounded by a handful of buffers. Hashing
 * costs more than copying, so each of the two hashes has a thread of its own that works on a buffer
 * while it is being written and the next one is being read; content that fits one buffer is done
 * without them.
 */
final class HashingCopy {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int BUFFERS = 6;

    private final InputStream in;
    private final WritableByteChannel out;
    private final long limit;

    HashingCopy(InputStream in, WritableByteChannel out, long limit) {
        this.in = in;
        this.out = out;
        this.limit = limit;
    }

    /** What was copied: its length and its hashes in hex. */
    record Result(long size, String md5, String sha512) {}

    /**
     * @throws ContentTooLarge when there is more than the limit
     * @throws StorageFull when what is written to has no room
     */
    Result run() throws IOException {
        byte[] first = new byte[BUFFER_BYTES];
        int length = in.readNBytes(first, 0, first.length);
        if (length < first.length) {
            return small(first, length);
        }
        return large(first);
    }

    private Result small(byte[] content, int length) throws IOException {
        checkLimit(length);
        write(content, length);
        MessageDigest md5 = digest("MD5");
        MessageDigest sha512 = digest("SHA-512");
        md5.update(content, 0, length);
        sha512.update(content, 0, length);
        return new Result(length, hex(md5), hex(sha512));
    }

    private Result large(byte[] first) throws IOException {
        BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(BUFFERS);
        for (int i = 1; i < BUFFERS; i++) {
            free.add(new Chunk(new byte[BUFFER_BYTES], free));
        }
        Hasher md5 = new Hasher(digest("MD5"));
        Hasher sha512 = new Hasher(digest("SHA-512"));
        try {
            Chunk chunk = new Chunk(first, free);
            chunk.length = first.length;
            long size = 0;
            while (chunk.length > 0) {
                size += chunk.length;
                checkLimit(size);
                // Three users: both hashers and this thread.
                chunk.users.set(3);
                md5.add(chunk);
                sha512.add(chunk);
                write(chunk.content, chunk.length);
                chunk.done();
                Chunk next = free.take();
                next.length = in.readNBytes(next.content, 0, next.content.length);
                chunk = next;
            }
            return new Result(size, md5.finish(), sha512.finish());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while copying", e);
        } finally {
            md5.stop();
            sha512.stop();
        }
    }

    private void checkLimit(long size) {
        if (size > limit) {
            throw new ContentTooLarge(limit);
        }
    }

    private void write(byte[] content, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content, 0, length);
        try {
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        } catch (IOException e) {
            // Java has no type for these two.
            String why = String.valueOf(e.getMessage());
            if (why.contains("No space left") || why.contains("Disk quota exceeded")) {
                throw new StorageFull();
            }
            throw e;
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A buffer on its round: filled, used by all, free again. */
    private static final class Chunk {
        final byte[] content;
        final AtomicInteger users = new AtomicInteger();
        private final BlockingQueue<Chunk> free;
        int length;

        Chunk(byte[] content, BlockingQueue<Chunk> free) {
            this.content = content;
            this.free = free;
        }

        void done() {
            if (users.decrementAndGet() == 0) {
                free.add(this);
            }
        }
    }

    /** One hash on one virtual thread, fed through a queue that an empty chunk ends. */
    private static final class Hasher {
        private final BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(BUFFERS + 1);
        private final MessageDigest digest;
        private final Thread thread;

        Hasher(MessageDigest digest) {
            this.digest = digest;
            this.thread = Thread.ofVirtual().name("image-hash").start(this::work);
        }

        void add(Chunk chunk) throws InterruptedException {
            queue.put(chunk);
        }

        String finish() throws InterruptedException {
            queue.put(new Chunk(new byte[0], new ArrayBlockingQueue<>(1)));
            thread.join();
            return hex(digest);
        }

        /** Ends the thread if the copy was given up. */
        void stop() {
            thread.interrupt();
        }

        private void work() {
            try {
                for (Chunk chunk = queue.take(); chunk.content.length > 0; chunk = queue.take()) {
                    digest.update(chunk.content, 0, chunk.length);
                    chunk.done();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
