package org.monostack.cloud.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * The message broker that the cloud runs for itself. Nobody waits for it, so the supervisor is who
 * starts it, the first time as well.
 *
 * @param after what it is not started before: its start is work for seconds, which others need more
 */
public record BrokerEngine(PrivateRabbitMq broker, Duration patience, Future<?> after)
        implements Engine {

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
        try {
            after.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the broker's start", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker is not to be started", e);
        }
        broker.ensureStarted(patience);
    }
}
