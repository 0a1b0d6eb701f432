package org.monostack.driver.fake;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A screen that is grey and stays so, shown by RFB (RFC 6143) on a free port of loopback: what
 * every fake machine's console looks like. Each viewer has a virtual thread of its own.
 */
final class FakeScreen implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeScreen.class);
    private static final byte[] VERSION = "RFB 003.008\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAME = "fake".getBytes(StandardCharsets.US_ASCII);
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;
    private static final int NO_AUTHENTICATION = 1;
    private static final int GREY = 0x77;

    private final ServerSocket socket;

    FakeScreen() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the consoles of fake machines", e);
        }
        Thread.ofVirtual().name("fake-screen").start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket viewer = socket.accept();
                Thread.ofVirtual().name("fake-screen").start(() -> serve(viewer));
            } catch (IOException e) {
                LOG.debug("no more viewers: {}", e.toString());
            }
        }
    }

    private static void serve(Socket viewer) {
        try (viewer) {
            DataInputStream in = new DataInputStream(viewer.getInputStream());
            DataOutputStream out =
                    new DataOutputStream(
                            // Each message goes out whole, as those of real servers do.
                            new BufferedOutputStream(viewer.getOutputStream()));
            greet(in, out);
            show(in, out);
        } catch (EOFException e) {
            LOG.debug("a viewer went away");
        } catch (IOException e) {
            LOG.debug("a viewer was lost: {}", e.toString());
        }
    }

    private static void greet(DataInputStream in, DataOutputStream out) throws IOException {
        out.write(VERSION);
        out.flush();
        in.skipNBytes(VERSION.length);
        out.write(new byte[] {1, NO_AUTHENTICATION});
        out.flush();
        in.skipNBytes(1); // the kind of authentication, of which there is one
        out.writeInt(0);
        out.flush();
        in.skipNBytes(1); // whether others may look too; they may
        out.writeShort(WIDTH);
        out.writeShort(HEIGHT);
        // 32 bits a pixel of which 24 count, little-endian, true colour, 8 bits for each.
        out.write(new byte[] {32, 24, 0, 1, 0, -1, 0, -1, 0, -1, 16, 8, 0, 0, 0, 0});
        out.writeInt(NAME.length);
        out.write(NAME);
        out.flush();
    }

    /** Answers until the viewer leaves. */
    private static void show(DataInputStream in, DataOutputStream out) throws IOException {
        int bytesPerPixel = 4;
        while (true) {
            int message = in.readUnsignedByte();
            switch (message) {
                case 0 -> {
                    in.skipNBytes(3);
                    bytesPerPixel = in.readUnsignedByte() / 8;
                    in.skipNBytes(15);
                }
                case 2 -> {
                    in.skipNBytes(1);
                    in.skipNBytes(4L * in.readUnsignedShort());
                }
                case 3 -> {
                    boolean changesOnly = in.readBoolean();
                    in.skipNBytes(8);
                    if (!changesOnly) {
                        paint(out, bytesPerPixel);
                    }
                }
                case 4 -> in.skipNBytes(7);
                case 5 -> in.skipNBytes(5);
                case 6 -> {
                    in.skipNBytes(3);
                    in.skipNBytes(Integer.toUnsignedLong(in.readInt()));
                }
                default -> throw new IOException("message " + message + " is unknown");
            }
        }
    }

    private static void paint(DataOutputStream out, int bytesPerPixel) throws IOException {
        out.writeShort(0);
        out.writeShort(1);
        out.writeShort(0);
        out.writeShort(0);
        out.writeShort(WIDTH);
        out.writeShort(HEIGHT);
        out.writeInt(0);
        byte[] pixels = new byte[WIDTH * HEIGHT * bytesPerPixel];
        java.util.Arrays.fill(pixels, (byte) GREY);
        out.write(pixels);
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
