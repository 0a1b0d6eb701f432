package org.monostack.cloud.engine;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.monostack.platform.database.PrivateMariaDb;

/** The database that the cloud runs for itself. */
public record DatabaseEngine(PrivateMariaDb database, Duration patience) implements Engine {

    @Override
    public String name() {
        return "database";
    }

    @Override
    public List<Daemon> daemons() {
        return List.of(
                new Daemon(
                        "mariadbd",
                        database.process()
                                .map(process -> OptionalLong.of(process.pid()))
                                .orElse(OptionalLong.empty()),
                        database.log()));
    }

    @Override
    public void ensureStarted() {
        database.ensureStarted(patience);
    }
}
