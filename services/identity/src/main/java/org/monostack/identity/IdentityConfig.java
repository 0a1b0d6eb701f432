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
 * @param limitModel how limits depend on each other
 * @param enforceScope whether the administrator of the cloud needs a token for the whole system
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
        LimitModel limitModel,
        boolean enforceScope,
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

    public static IdentityConfig defaults(Path keys) {
        return new IdentityConfig(
                keys,
                keys.resolve("settings"),
                TokenFormat.FERNET,
                Duration.ofHours(1),
                12,
                Duration.ofMinutes(5),
                4096,
                SecurityCompliance.none(),
                LimitModel.FLAT,
                false,
                Map.of());
    }

    public IdentityConfig withSettings(Path directory) {
        return new IdentityConfig(
                keys,
                directory,
                tokenFormat,
                tokenLife,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                limitModel,
                enforceScope,
                policyOverrides);
    }

    public IdentityConfig withTokenFormat(TokenFormat format) {
        return new IdentityConfig(
                keys,
                settings,
                format,
                tokenLife,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                limitModel,
                enforceScope,
                policyOverrides);
    }

    public IdentityConfig withTokenLife(Duration life) {
        return new IdentityConfig(
                keys,
                settings,
                tokenFormat,
                life,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                limitModel,
                enforceScope,
                policyOverrides);
    }

    public IdentityConfig withBcryptCost(int cost) {
        return new IdentityConfig(
                keys,
                settings,
                tokenFormat,
                tokenLife,
                cost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                limitModel,
                enforceScope,
                policyOverrides);
    }

    public IdentityConfig withCompliance(SecurityCompliance rules) {
        return new IdentityConfig(
                keys,
                settings,
                tokenFormat,
                tokenLife,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                rules,
                limitModel,
                enforceScope,
                policyOverrides);
    }

    public IdentityConfig withLimitModel(LimitModel model) {
        return new IdentityConfig(
                keys,
                settings,
                tokenFormat,
                tokenLife,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                model,
                enforceScope,
                policyOverrides);
    }

    public IdentityConfig withEnforceScope(boolean enforce) {
        return new IdentityConfig(
                keys,
                settings,
                tokenFormat,
                tokenLife,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                limitModel,
                enforce,
                policyOverrides);
    }

    public IdentityConfig withPolicyOverrides(Map<String, Object> overrides) {
        return new IdentityConfig(
                keys,
                settings,
                tokenFormat,
                tokenLife,
                bcryptCost,
                passwordMemory,
                maxPasswordLength,
                compliance,
                limitModel,
                enforceScope,
                overrides);
    }
}
