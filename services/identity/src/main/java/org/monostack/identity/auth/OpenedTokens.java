package org.monostack.identity.auth;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.TokenContent;

/**
 * What is written in tokens that were opened lately, so that the same token need not be deciphered
 * at every request. Good for as long as the keys are the ones that opened it; whether the token
 * still counts is another question. Bounded; thread-safe.
 */
final class OpenedTokens {
    private static final int MOST = 5_000;

    private volatile Opened opened = new Opened(new Object(), new ConcurrentHashMap<>());

    private record Opened(Object keys, ConcurrentHashMap<String, TokenContent> contents) {}

    /**
     * @param keys those of now; other ones are another object
     * @param open deciphers a token with them; what it does not open is not remembered
     */
    Optional<TokenContent> get(
            String token, Object keys, Function<String, Optional<TokenContent>> open) {
        Opened current = opened;
        if (current.keys() != keys || current.contents().size() >= MOST) {
            current = new Opened(keys, new ConcurrentHashMap<>());
            opened = current;
        }
        @Nullable TokenContent known = current.contents().get(token);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<TokenContent> content = open.apply(token);
        if (content.isPresent()) {
            current.contents().put(token, content.get());
        }
        return content;
    }
}
