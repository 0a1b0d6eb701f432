package org.monostack.identity.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.TokenContent;

/** The bytes in tokens, across releases. */
class TokenCodecTest {

    private static final String THUMBPRINT = Base64.getUrlEncoder().encodeToString(new byte[32]);

    private static TokenContent content(Optional<String> thumbprint) {
        Instant now = Instant.ofEpochSecond(1_700_000_000);
        return new TokenContent(
                "0123456789abcdef0123456789abcdef",
                List.of("password"),
                new Scope.OnProject("fedcba9876543210fedcba9876543210"),
                now,
                now.plusSeconds(3600),
                List.of(Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[16])),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                thumbprint);
    }

    @Test
    void whatIsBoundToNothingIsAsInEarlierReleases() {
        byte[] bytes = TokenCodec.encode(content(Optional.empty()));
        assertThat(bytes[0]).isEqualTo((byte) 3);
        assertThat(TokenCodec.decode(bytes)).contains(content(Optional.empty()));
    }

    @Test
    void aBoundTokenIsNeverReadAsOneThatIsNot() {
        TokenContent bound = content(Optional.of(THUMBPRINT));
        byte[] bytes = TokenCodec.encode(bound);
        assertThat(TokenCodec.decode(bytes)).contains(bound);
        assertThat(TokenCodec.decode(Arrays.copyOf(bytes, bytes.length - 1))).isEmpty();
        bytes[0] = 5;
        assertThat(TokenCodec.decode(bytes)).isEmpty();
    }
}
