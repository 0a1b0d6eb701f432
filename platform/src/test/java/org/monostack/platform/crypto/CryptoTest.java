package org.monostack.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CryptoTest {

    /** The published example of the Fernet format. */
    private static final String KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

    private static final String TOKEN =
            "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

    private static final Instant WHEN = Instant.parse("1985-10-26T08:20:00Z");

    @Test
    void fernetFollowsThePublishedExample() {
        Fernet fernet = new Fernet(List.of(KEY));
        byte[] iv = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
        assertThat(fernet.encrypt("hello".getBytes(StandardCharsets.UTF_8), WHEN, iv))
                .isEqualTo(TOKEN);
        Fernet.Content content = fernet.decrypt(TOKEN).orElseThrow();
        assertThat(content.payload()).asString().isEqualTo("hello");
        assertThat(content.createdAt()).isEqualTo(WHEN);
    }

    @Test
    void fernetRefusesWhatItDidNotMake() {
        Fernet fernet = new Fernet(List.of(KEY));
        assertThat(new Fernet(List.of(Fernet.newKey())).decrypt(TOKEN)).isEmpty();
        for (String broken : List.of("", "x", "!!", TOKEN.substring(4), TOKEN.replace('y', 'z'))) {
            assertThat(fernet.decrypt(broken)).isEmpty();
        }
        assertThatThrownBy(() -> new Fernet(List.of("short")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysRotate(@TempDir Path directory) throws Exception {
        FernetKeys keys = new FernetKeys(directory.resolve("keys"));
        keys.createIfAbsent();
        String first = keys.load().encrypt(new byte[] {1}, WHEN);
        keys.createIfAbsent();
        keys.rotate(3);
        assertThat(keys.load().decrypt(first)).isPresent();
        keys.rotate(3);
        keys.rotate(3);
        assertThat(keys.load().decrypt(first)).isEmpty();
        try (var files = Files.list(directory.resolve("keys"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(3);
            for (Path file : all) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void bcryptKnowsHashesFromElsewhere() {
        // Made by other implementations: OpenBSD's test vectors, and a 2b one.
        assertThat(
                        Bcrypt.matches(
                                "U*U",
                                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
                .isTrue();
        assertThat(
                        Bcrypt.matches(
                                "U*V",
                                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
                .isFalse();
        assertThat(Bcrypt.matches("any", "plain")).isFalse();
    }

    @Test
    void bcryptReads72Bytes() {
        Bcrypt bcrypt = new Bcrypt(4);
        String base = "é".repeat(36);
        String hash = bcrypt.hash(base + "tail");
        assertThat(hash).startsWith("$2b$04$").hasSize(60);
        assertThat(Bcrypt.matches(base, hash)).isTrue();
        assertThat(Bcrypt.matches(base.substring(1), hash)).isFalse();
        assertThat(Bcrypt.matches("", bcrypt.hash(""))).isTrue();
    }

    @Test
    void smallThings(@TempDir Path directory) throws Exception {
        assertThat(RandomIds.hex()).matches("[0-9a-f]{32}").isNotEqualTo(RandomIds.hex());
        assertThat(ConstantTime.equal("a", "a")).isTrue();
        assertThat(ConstantTime.equal("a", "b")).isFalse();
        assertThat(Digests.sha256("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(
                        HexFormat.of()
                                .formatHex(
                                        Digests.hmac(
                                                "key".getBytes(StandardCharsets.UTF_8),
                                                "The quick brown fox jumps over the lazy dog"
                                                        .getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
        Path file = directory.resolve("secret");
        PrivateFiles.write(file, "one");
        PrivateFiles.write(file, "two");
        assertThat(file).hasContent("two");
        assertThat(Optional.of(directory.toFile().list()))
                .hasValueSatisfying(names -> assertThat(names).hasSize(1));
    }
}
