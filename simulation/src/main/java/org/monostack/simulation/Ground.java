package org.monostack.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.compute.ComputeBootstrap;
import org.monostack.image.NewImage;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.DirectClient;
import org.monostack.platform.testing.TestDatabase;
import org.monostack.platform.testing.TokenTable;

/**
 * What histories stand on, one after the other: a database that is emptied before each, and a
 * directory for images. One history at a time.
 */
final class Ground implements AutoCloseable {
    static final String PROJECT = "11111111111111111111111111111111";
    static final String SMALL = "small";
    static final String LARGE = "large";

    private static final Set<String> SCHEMAS =
            Set.of("operation", "image", "placement", "network", "compute");

    /** Rows that a cloud has from its first start on. */
    private static final Set<String> KEPT =
            Set.of(
                    "compute.flavor",
                    "placement.trait",
                    "placement.resource_class",
                    "image.metadef_namespace",
                    "image.metadef_item");

    private final Database database;
    private final Path directory;
    private final TokenTable tokens =
            new TokenTable()
                    .add("admin", PROJECT, "admin", "member", "reader")
                    .add("member", PROJECT, "member", "reader");

    Ground() {
        database = TestDatabase.another(SCHEMAS.toArray(String[]::new));
        try {
            Path memory = Path.of("/dev/shm");
            directory =
                    Files.isWritable(memory)
                            ? Files.createTempDirectory(memory, "simulation-")
                            : Files.createTempDirectory("simulation-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        prepare();
    }

    private void prepare() {
        database.run(tx -> {
            // The database is killed by nobody here, so it need not wait for the disk.
            tx.sql().execute("set global innodb_flush_log_at_trx_commit = 0");
            tx.sql().execute("create database simulation");
            tx.sql()
                    .execute(
                            "create table simulation.transition (id bigint auto_increment primary"
                                    + " key, server char(36), from_state varchar(32), from_task"
                                    + " varchar(64), to_state varchar(32), to_task varchar(64),"
                                    + " gone boolean)");
            tx.sql()
                    .execute(
                            "create trigger compute.transition after update on compute.server for"
                                    + " each row insert into simulation.transition (server,"
                                    + " from_state, from_task, to_state, to_task, gone) values"
                                    + " (new.id, old.vm_state, old.task_state, new.vm_state,"
                                    + " new.task_state, old.deleted)");
            tx.sql()
                    .execute(
                            "create table simulation.thing (id varchar(64) primary key, trail"
                                    + " varchar(255) not null)");
            tx.sql().execute("create table simulation.thing_use (used int not null)");
            List<String> tables =
                    tx.sql()
                            .fetch(
                                    "select concat(table_schema, '.`', table_name, '`') from"
                                            + " information_schema.tables where table_type = 'BASE"
                                            + " TABLE' and table_name <> 'schema_history' and"
                                            + " table_schema in ('operation', 'image', 'placement',"
                                            + " 'network', 'compute', 'simulation') order by 1")
                            .getValues(0, String.class);
            tx.sql()
                    .execute(
                            emptying(
                                    "everything",
                                    tables.stream()
                                            .filter(t -> !KEPT.contains(t.replace("`", "")))
                                            .toList()));
            tx.sql()
                    .execute(
                            emptying(
                                    "operations",
                                    List.of(
                                            "operation.durable_operation",
                                            "operation.event",
                                            "simulation.thing",
                                            "simulation.thing_use")));
        });
    }

    /** On the server's side, since a history pays for every question and answer. */
    private static String emptying(String what, List<String> tables) {
        StringBuilder procedure = new StringBuilder("create procedure simulation.empty_");
        procedure.append(what).append("() begin set foreign_key_checks = 0;");
        tables.forEach(table -> procedure.append(" delete from ").append(table).append(';'));
        return procedure.append(" set foreign_key_checks = 1; end").toString();
    }

    /** Makes the flavors, which stay, with whatever module can. */
    private static void flavors(ComputeBootstrap bootstrap) {
        bootstrap.ensureFlavor(new ComputeBootstrap.Seed(SMALL, SMALL, 1, 512, 1));
        bootstrap.ensureFlavor(new ComputeBootstrap.Seed(LARGE, LARGE, 2, 1024, 2));
    }

    /** What a new cloud has: flavors, an image, a network. */
    record Seeded(UUID image, UUID network) {}

    Seeded seed(ControlProcess process) {
        flavors(process.compute().bootstrap());
        UUID network =
                made(process, "network", "/v2.0/networks", "{'network': {'name': 'private'}}");
        made(
                process,
                "subnet",
                "/v2.0/subnets",
                "{'subnet': {'network_id': '"
                        + network
                        + "', 'ip_version': 4, 'cidr': '10.0.0.0/24'}}");
        UUID image = UUID.randomUUID();
        try {
            Path file = directory.resolve("disk.raw");
            Files.write(file, new byte[512]);
            process.image()
                    .images()
                    .importFile(
                            NewImage.of(image, "disk", Optional.of(PROJECT), "public", "raw"),
                            file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Seeded(image, network);
    }

    private static UUID made(ControlProcess process, String kind, String path, String body) {
        var answer =
                new DirectClient(process.network().httpService(), "member")
                        .send("POST", path, body);
        return UUID.fromString(answer.json().path(kind).path("id").asString());
    }

    /** Removes everything that a history left. */
    void empty() {
        database.run(tx -> tx.sql().execute("call simulation.empty_everything()"));
        for (Path file : contents()) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Removes what a history of operations alone left. */
    void emptyOperations() {
        database.run(tx -> {
            tx.sql().execute("call simulation.empty_operations()");
            tx.sql().execute("insert into simulation.thing_use values (0)");
        });
    }

    /** The files that images have, published or on the way. */
    List<Path> contents() {
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("incoming", "staging", "contents")) {
            Path path = images().resolve(folder);
            if (Files.isDirectory(path)) {
                try (var files = Files.list(path)) {
                    found.addAll(files.toList());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return found;
    }

    Path images() {
        return directory.resolve("images");
    }

    Database database() {
        return database;
    }

    TokenTable tokens() {
        return tokens;
    }

    @Override
    public void close() {
        empty();
        for (String folder :
                List.of(
                        "images/incoming",
                        "images/staging",
                        "images/contents",
                        "images",
                        "disk.raw",
                        "")) {
            try {
                Files.deleteIfExists(directory.resolve(folder));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
