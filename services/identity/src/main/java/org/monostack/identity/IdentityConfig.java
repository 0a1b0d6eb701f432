package org.monostack.identity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How the identity service behaves.
 *
 * @param keys the directory of the key repositories: {@code fernet-keys} or {@code jws-keys} make
 *     tokens, {@code credential-keys} encrypts stored credentials; made at the first start
 * @param settings the directory of files that the operator may put beside what the API keeps, such
 *     as {@code federation.yaml}
 * @param tokenLife how long a new token is valid
 * @param bcryptCost the logarithm of a password hash's work; 12 takes about a quarter of a second
 * @param passwordMemory how long a password that was once verified need not be hashed again; zero
 *     switches the memory off
 * @param maxPasswordLength longer passwords are refused
 * @param loginFailures how often somebody may be wrong when they log in
 * @param limitModel how limits depend on each other
 * @param enforceScope whether the administrator of the cloud needs a token for the whole system
 * @param saml how the cloud vouches for its users elsewhere
 * @param oauth2 how clients of OAuth 2.0 prove who they are
 * @param policyOverrides the operator's policy.yaml
 */
public record IdentityConfig(
        Path keys,
        Path settings,
        TokenFormat tokenFormat,
        Duration tokenLife,
        int bcryptCost,
        Duration passwordMemory,
        int maxPasswordLength,
        SecurityCompliance compliance,
        LoginFailures loginFailures,
        LimitModel limitModel,
        boolean enforceScope,
        SamlConfig saml,
        OAuth2Config oauth2,
        Map<String, Object> policyOverrides) {

    /** How limits of projects and domains depend on each other. */
    public enum LimitModel {
        FLAT,
        /** A project has no more than its domain, and there is nothing below projects. */
        STRICT_TWO_LEVEL;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a token is. */
    public enum TokenFormat {
        /** Encrypted and self-contained; nothing is stored. */
        FERNET,
        /** A random name; what it stands for is in the database, under the name's digest. */
        UUID,
        /** Signed and self-contained: who has the public keys can read it. */
        JWS
    }

    public IdentityConfig {
        policyOverrides = Map.copyOf(policyOverrides);
    }

    /** With the values of a cloud of its own in every respect; change what should differ. */
    public static Builder builder(Path keys) {
        return new Builder(keys);
    }

    /** A configuration in the making; belongs to one thread. */
    public static final class Builder {

        private final Path keys;
        private Path settings;
        private TokenFormat tokenFormat = TokenFormat.FERNET;
        private Duration tokenLife = Duration.ofHours(1);
        private int bcryptCost = 12;
        private SecurityCompliance compliance = SecurityCompliance.none();
        private LoginFailures loginFailures = LoginFailures.standard();
        private LimitModel limitModel = LimitModel.FLAT;
        private boolean enforceScope;
        private SamlConfig saml = SamlConfig.defaults();
        private OAuth2Config oauth2 = OAuth2Config.defaults();
        private Map<String, Object> policyOverrides = Map.of();

        private Builder(Path keys) {
            this.keys = keys;
            this.settings = keys.resolve("settings");
        }

        public Builder withSettings(Path directory) {
            settings = directory;
            return this;
        }

        public Builder withTokenFormat(TokenFormat format) {
            tokenFormat = format;
            return this;
        }

        public Builder withTokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        public Builder withBcryptCost(int cost) {
            bcryptCost = cost;
            return this;
        }

        public Builder withCompliance(SecurityCompliance rules) {
            compliance = rules;
            return this;
        }

        public Builder withLoginFailures(LoginFailures allowed) {
            loginFailures = allowed;
            return this;
        }

        public Builder withLimitModel(LimitModel model) {
            limitModel = model;
            return this;
        }

        public Builder withEnforceScope(boolean enforce) {
            enforceScope = enforce;
            return this;
        }

        public Builder withSaml(SamlConfig vouching) {
            saml = vouching;
            return this;
        }

        public Builder withOAuth2(OAuth2Config clients) {
            oauth2 = clients;
            return this;
        }

        public Builder withPolicyOverrides(Map<String, Object> overrides) {
            policyOverrides = overrides;
            return this;
        }

        public IdentityConfig build() {
            return new IdentityConfig(
                    keys,
                    settings,
                    tokenFormat,
                    tokenLife,
                    bcryptCost,
                    Duration.ofMinutes(5),
                    4096,
                    compliance,
                    loginFailures,
                    limitModel,
                    enforceScope,
                    saml,
                    oauth2,
                    policyOverrides);
        }
    }
}
