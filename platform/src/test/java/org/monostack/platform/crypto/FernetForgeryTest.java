package org.monostack.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is put into a token comes out again, and nobody without a key makes or changes one. */
class FernetForgeryTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String KEY = Fernet.newKey();
    private static final Fernet FERNET = new Fernet(List.of(KEY));

    @Property(tries = 300)
    void whatGoesInComesOut(@ForAll @Size(max = 400) byte[] payload, @ForAll boolean padded) {
        String token = FERNET.encrypt(payload, NOW);
        Fernet rotated = new Fernet(List.of(Fernet.newKey(), KEY));
        Fernet.Content content =
                rotated.decrypt(padded ? token : token.replace("=", "")).orElseThrow();
        assertThat(content.payload()).isEqualTo(payload);
        assertThat(content.createdAt()).isEqualTo(NOW);
        assertThat(new Fernet(List.of(Fernet.newKey())).decrypt(token)).isEmpty();
    }

    @Property(tries = 500)
    void aChangedBitIsNoticed(
            @ForAll @Size(max = 100) byte[] payload,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int at) {
        byte[] bytes = Base64.getUrlDecoder().decode(FERNET.encrypt(payload, NOW));
        int bit = at % (bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(FERNET.decrypt(Base64.getUrlEncoder().encodeToString(bytes))).isEmpty();
    }

    @Property(tries = 300)
    void aPartIsNoToken(
            @ForAll @Size(max = 100) byte[] payload,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int length) {
        byte[] bytes = Base64.getUrlDecoder().decode(FERNET.encrypt(payload, NOW));
        byte[] part = Arrays.copyOf(bytes, length % bytes.length);
        assertThat(FERNET.decrypt(Base64.getUrlEncoder().encodeToString(part))).isEmpty();
    }

    @Property(tries = 500)
    void anyOtherTextIsNoToken(@ForAll String text, @ForAll @Size(max = 200) byte[] bytes) {
        assertThat(FERNET.decrypt(text)).isEmpty();
        assertThat(FERNET.decrypt(Base64.getUrlEncoder().encodeToString(bytes))).isEmpty();
    }
}
