package org.monostack.driver.libvirt;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.spi.MachineSpec;

/**
 * The smallest guest that shows whether it lives: a boot sector that writes "booted" to the serial
 * port once and "tick" twice a second after that. It knows nothing of power buttons.
 */
final class TickingGuest {
    // 16-bit code: set up segments; print "booted\n"; for ever: hlt nine times (18.2 timer
    // interrupts a second), print "tick\n". print: wait for LSR bit 5, out 0x3f8.
    private static final byte[] PROGRAM =
            HexFormat.of()
                    .parseHex(
                            "fa31c08ed88ed0bc007cea0f7c0000fcfbbe3d7ce80e00b90900f4e2fdbe457c"
                                    + "e80200ebf2ac84c0741288c4bafd03eca82074fb88e0baf803eeebe9c3626f6f"
                                    + "7465640a007469636b0a00");

    private TickingGuest() {}

    /** A raw disk of one MiB; the text makes its content, and so its digest, its own. */
    static byte[] disk(String text) {
        byte[] disk = new byte[1 << 20];
        System.arraycopy(PROGRAM, 0, disk, 0, PROGRAM.length);
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        byte[] mark = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(mark, 0, disk, 4096, mark.length);
        return disk;
    }

    /** The same with another word for "booted", of as many letters. */
    static byte[] diskSaying(String word) {
        byte[] disk = disk(word);
        byte[] letters = word.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(letters, 0, disk, PROGRAM.length - "booted\n\0tick\n\0".length(), 6);
        return disk;
    }

    static MachineSpec.ImageSource image(String format, byte[] content) {
        return new MachineSpec.ImageSource(
                UUID.nameUUIDFromBytes(content),
                sha512(content),
                format,
                content.length,
                () -> new ByteArrayInputStream(content));
    }

    static MachineSpec spec(UUID server, MachineSpec.ImageSource image) {
        return new MachineSpec(
                server,
                "instance-" + server.toString().substring(0, 8),
                "ticking <guest> & co",
                1,
                16,
                1,
                0,
                0,
                image,
                List.of(),
                Optional.empty(),
                Map.of());
    }

    static String sha512(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
