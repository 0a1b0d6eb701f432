package org.monostack.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.crypto.FernetKeys;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.crypto.SigningKeys;

/** The keys in identity's directory, which are made if they are not there. Stateless. */
final class IdentityKeys {

    private final IdentityConfig config;

    IdentityKeys(IdentityConfig config) {
        this.config = config;
    }

    /** Those of the directory of this name, as they are whenever somebody asks. */
    Supplier<Fernet> symmetric(String name) {
        try {
            PrivateFiles.createDirectories(config.keys());
            FernetKeys keys = new FernetKeys(config.keys().resolve(name));
            keys.createIfAbsent();
            return keys.watched();
        } catch (IOException e) {
            throw new UncheckedIOException("keys in " + config.keys(), e);
        }
    }

    /** Those that sign tokens, if tokens are signed. */
    Supplier<SigningKeys.Pairs> signing() {
        if (config.tokenFormat() != IdentityConfig.TokenFormat.JWS) {
            return () -> {
                throw new IllegalStateException("tokens are not signed");
            };
        }
        SigningKeys keys = new SigningKeys(config.keys().resolve("jws-keys"));
        try {
            keys.createIfAbsent();
            return keys.watched();
        } catch (IOException e) {
            throw new UncheckedIOException("keys in " + config.keys(), e);
        }
    }
}
