package org.monostack.cloud;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.seed.IdentitySeed;
import org.monostack.identity.IdentityBootstrap;
import org.monostack.identity.IdentityModule;
import org.monostack.platform.crypto.FernetKeys;
import org.monostack.platform.crypto.SigningKeys;
import org.monostack.platform.database.Database;

/**
 * What an administrator does to identity from this machine, whether the cloud runs or not: the keys
 * are files that a running cloud reads again within a second, the rest goes to the database.
 */
public final class IdentityMaintenance {

    /** The primary key, the staged one, and the one whose tokens may still be about. */
    private static final int TOKEN_KEYS = 3;

    private static final String DOMAIN = "default";

    private final CloudConfig config;

    public IdentityMaintenance(CloudConfig config) {
        this.config = config;
    }

    /** From now on tokens are made with another key; those of the last one stay good. */
    public void rotateTokenKeys() throws IOException {
        if (config.identity().tokenFormat().equals("jws")) {
            new SigningKeys(DataDirectory.of(config).keys().resolve("jws-keys")).rotate(TOKEN_KEYS);
        } else {
            rotate("fernet-keys", TOKEN_KEYS);
        }
    }

    /** From now on secrets are stored under another key; no key is forgotten. */
    public void rotateCredentialKeys() throws IOException {
        rotate("credential-keys", Integer.MAX_VALUE);
    }

    private void rotate(String name, int keep) throws IOException {
        Path directory = DataDirectory.of(config).keys().resolve(name);
        FernetKeys keys = new FernetKeys(directory);
        keys.createIfAbsent();
        keys.rotate(keep);
    }

    /** Puts back the users, roles and assignments that a new cloud has. */
    public void bootstrap() {
        Credentials credentials = Credentials.ensure(config);
        withIdentity(identity -> new IdentitySeed(identity).people(credentials));
    }

    /** Gives a user of the default domain this password; makes the user if there is none. */
    public void resetPassword(String user, String password) {
        withIdentity(identity -> identity.ensureUser(DOMAIN, user, password));
    }

    private void withIdentity(Consumer<IdentityBootstrap> action) {
        Credentials credentials = Credentials.ensure(config);
        try (Database database = Database.open(new Engines(config).startDatabase(credentials))) {
            IdentityModule identity =
                    new IdentityModule(
                            database,
                            Services.identityConfig(config, DataDirectory.of(config)).build());
            action.accept(identity.bootstrap());
        }
    }
}
