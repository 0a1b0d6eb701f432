package org.monostack.identity.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What OAuth 1.0a passes around. Secrets are here in the clear and are never printed. */
public final class OAuth {

    private OAuth() {}

    /** A program that may ask users for a part of their rights. */
    public record Consumer(String id, Optional<String> description, String secret, String extra) {
        @Override
        public String toString() {
            return "Consumer[" + id + "]";
        }
    }

    /**
     * A consumer's question.
     *
     * @param verifier what shows that the user agreed; empty until then
     */
    public record RequestToken(
            String id,
            String consumerId,
            String secret,
            String projectId,
            Optional<String> verifier,
            Optional<String> userId,
            List<String> roleIds,
            Instant expiresAt) {
        @Override
        public String toString() {
            return "RequestToken[" + id + "]";
        }
    }

    /** What a user allowed a consumer. */
    public record AccessToken(
            String id,
            String consumerId,
            String secret,
            String projectId,
            String userId,
            List<String> roleIds,
            Instant expiresAt) {
        @Override
        public String toString() {
            return "AccessToken[" + id + "]";
        }
    }
}
