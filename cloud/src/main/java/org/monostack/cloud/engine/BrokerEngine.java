package org.monostack.cloud.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * The message broker that the cloud runs for itself. Nobody waits for it, so the supervisor is who
 * starts it, the first time as well.
 */
public record BrokerEngine(PrivateRabbitMq broker, Duration patience) implements Engine {

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public List<Daemon> daemons() {
        Path log = broker.log();
        return List.of(
                new Daemon(
                        "rabbitmq-server",
                        broker.process()
                                .map(process -> OptionalLong.of(process.pid()))
                                .orElse(OptionalLong.empty()),
                        log));
    }

    @Override
    public void ensureStarted() {
        broker.ensureStarted(patience);
    }
}
