package org.monostack.cloud.launch;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.crypto.RandomIds;

/**
 * The passwords in use: those of local.conf, and made-up ones for the others, which are kept in a
 * private file so that they stay the same.
 */
public record Credentials(String admin, String service, String database, String broker) {

    /** The passwords, made up where neither the configuration nor the file has them. */
    public static Credentials ensure(CloudConfig config) {
        Path file = DataDirectory.of(config).credentials();
        Properties kept = read(file);
        Credentials credentials =
                new Credentials(
                        choose(config.secrets().admin(), kept, "admin"),
                        choose(config.secrets().service(), kept, "service"),
                        choose(config.secrets().database(), kept, "database"),
                        choose(config.secrets().broker(), kept, "broker"));
        Properties next = new Properties();
        next.setProperty("admin", credentials.admin);
        next.setProperty("service", credentials.service);
        next.setProperty("database", credentials.database);
        next.setProperty("broker", credentials.broker);
        if (!next.equals(kept)) {
            StringWriter text = new StringWriter();
            try {
                next.store(text, "passwords of this cloud");
                PrivateFiles.write(file, text.toString());
            } catch (IOException e) {
                throw new LaunchFailed("cannot write " + file + ": " + e.getMessage(), e);
            }
        }
        return credentials;
    }

    /** The passwords of a cloud that has been started before. */
    public static Optional<Credentials> find(CloudConfig config) {
        Properties kept = read(DataDirectory.of(config).credentials());
        if (kept.getProperty("admin") == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Credentials(
                        kept.getProperty("admin"),
                        kept.getProperty("service", ""),
                        kept.getProperty("database", ""),
                        kept.getProperty("broker", "")));
    }

    private static String choose(Optional<String> given, Properties kept, String name) {
        return given.or(() -> Optional.ofNullable(kept.getProperty(name)))
                .orElseGet(() -> RandomIds.hex().substring(0, 20));
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try {
            if (Files.exists(file)) {
                properties.load(new StringReader(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new LaunchFailed("cannot read " + file + ": " + e.getMessage(), e);
        }
        return properties;
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
