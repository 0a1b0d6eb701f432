package org.monostack.cloud.seed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.compute.ComputeBootstrap;
import org.monostack.identity.IdentityModule;
import org.monostack.identity.ProjectInfo;
import org.monostack.image.Images;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.database.Database;

/**
 * Seeds a cloud once. What was seeded with which settings is remembered in a file, so that a later
 * start is quick and does not bring back what users have deleted since. Every part ensures rather
 * than creates, so a start that was cut off is repeated without harm.
 */
public final class Seed {

    private final CloudConfig config;
    private final Database database;
    private final IdentityModule identity;
    private final ComputeBootstrap compute;
    private final Images images;
    private final Path marker;
    private final Path guestDirectory;
    private final Path guestBuilder;
    private final List<String> notes = new ArrayList<>();
    private final boolean wanted;
    private boolean complete = true;

    public Seed(
            CloudConfig config,
            DataDirectory data,
            Database database,
            IdentityModule identity,
            ComputeBootstrap compute,
            Images images,
            Path home) {
        this.config = config;
        this.database = database;
        this.identity = identity;
        this.compute = compute;
        this.images = images;
        this.marker = data.root().resolve("private/seeded");
        this.guestDirectory = data.guest();
        this.guestBuilder = home.resolve("guest/build.sh");
        this.wanted = !remembered().equals(fingerprint()) || project("admin").isEmpty();
    }

    /** Whether there is something to seed. */
    public boolean wanted() {
        return wanted;
    }

    /** Users, projects, roles, catalog and flavors; before anything answers. */
    public String people(Credentials credentials, Endpoints endpoints) {
        IdentitySeed seed = new IdentitySeed(identity.bootstrap());
        seed.people(credentials);
        seed.catalog(config, endpoints);
        compute.ensureFlavors();
        return "admin, demo, alt_demo, m1.tiny and others";
    }

    /** The networks; once the APIs answer. */
    public String networks(Credentials credentials, Endpoints endpoints) {
        if (!config.networks().seeded()) {
            return "none, as NEUTRON_CREATE_INITIAL_NETWORKS says";
        }
        return ApiSeed.ensure(config, endpoints, credentials, required("demo"));
    }

    /** The images; says what came of it. */
    public String images() {
        ImageSeed seed = new ImageSeed(images, database, config, guestDirectory, guestBuilder);
        try {
            List<String> made = seed.ensure(required("admin"));
            notes.addAll(seed.notes());
            return made.isEmpty() ? "none" : String.join(", ", made);
        } catch (LaunchFailed e) {
            // A cloud without an image is of use all the same; the next start tries again.
            complete = false;
            notes.addAll(seed.notes());
            notes.add(e.getMessage());
            return "not all of them, see below";
        }
    }

    /** What the user should be told. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Remembers that all was seeded, if it was. */
    public void finished() {
        if (!complete) {
            return;
        }
        try {
            PrivateFiles.write(marker, fingerprint());
        } catch (IOException e) {
            throw new LaunchFailed("cannot write " + marker + ": " + e.getMessage(), e);
        }
    }

    private String remembered() {
        try {
            return Files.exists(marker) ? Files.readString(marker) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Of all that seeding looks at; the passwords only as a digest. */
    private String fingerprint() {
        String all =
                String.join(
                        "\n",
                        "1",
                        config.host().toString(),
                        config.ports().toString(),
                        config.networks().toString(),
                        config.images().toString(),
                        config.identity().region(),
                        config.secrets().admin().orElse(""),
                        config.secrets().service().orElse(""));
        return Digests.sha256(all);
    }

    private java.util.Optional<String> project(String name) {
        return database.inTransaction(tx -> identity.identity().projectsNamed(tx, name)).stream()
                .filter(project -> project.domainId().equals("default"))
                .map(ProjectInfo::id)
                .findFirst();
    }

    private String required(String name) {
        return project(name).orElseThrow(() -> new LaunchFailed("there is no project " + name));
    }
}
