package org.monostack.identity.notification;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.monostack.identity.NotificationDelivery;
import org.monostack.identity.model.OutgoingNotification;
import org.monostack.identity.store.NotificationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.engine.EngineAway;
import org.monostack.platform.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes notifications to the broker. That of a change is a row that the change's own transaction
 * writes: whatever was done is told, however long the broker is away and whatever ends in between,
 * and the broker itself is never waited for. A worker hands them over in the order in which they
 * were written, which keeps that of each resource, and forgets them once the broker has confirmed
 * them. What was handed over twice, because the confirmation was lost, has the same {@code
 * message_id} and {@code _unique_id} twice.
 *
 * <p>The table is the truth. Of several processes one at a time is the courier, for as long as its
 * lease is renewed. While the broker is away, the newest {@value #KEPT} are kept.
 *
 * <p>As an {@link Outlet} it is called from any thread; owns one thread between start and close.
 */
public final class Courier implements NotificationDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    static final int KEPT = 100_000;

    private static final int TOGETHER = 200;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration CLEANING_PERIOD = Duration.ofMinutes(1);

    private final Database database;
    private final NotificationStore store;
    private final Broker broker;
    private final String self = UUID.randomUUID().toString();
    private final Semaphore hint = new Semaphore(0);
    private Instant cleaned = Instant.EPOCH;
    private Duration pause = SHORTEST_PAUSE;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean closing;
    private volatile Thread worker = new Thread();

    public Courier(Database database, NotificationStore store, Broker broker) {
        this.database = database;
        this.store = store;
        this.broker = broker;
    }

    @Override
    public void start() {
        worker = Thread.ofPlatform().daemon().name("notifications").start(this::work);
    }

    @Override
    public void changed(Transaction tx, String message) {
        writeDown(tx, (ObjectNode) Json.read(message));
    }

    /**
     * A database that is away keeps nobody from being answered who logged in: such a notification
     * is in the log alone, with a warning.
     */
    @Override
    public void loggedIn(String message) {
        ObjectNode body = (ObjectNode) Json.read(message);
        try {
            database.run(tx -> writeDown(tx, body));
        } catch (RuntimeException e) {
            LOG.warn(
                    "notification {} does not reach the broker: {}",
                    body.path("message_id").asString(""),
                    e.toString());
        }
    }

    private void writeDown(Transaction tx, ObjectNode body) {
        body.put("_unique_id", UUID.randomUUID().toString().replace("-", ""));
        store.add(tx, Json.write(body));
        tx.afterCommit(hint::release);
    }

    @Override
    public Optional<String> trouble() {
        return trouble;
    }

    @Override
    public int waiting() {
        return database.inTransaction(store::count);
    }

    private void work() {
        while (!closing) {
            try {
                await();
                deliver();
                pause = SHORTEST_PAUSE;
                told(Optional.empty());
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                if (closing) {
                    return;
                }
                told(
                        Optional.of(
                                e instanceof IOException
                                        ? String.valueOf(e.getMessage())
                                        : e.toString()));
                if (e instanceof RuntimeException && !EngineAway.in(e)) {
                    LOG.error("notifications are not delivered", e);
                }
            }
        }
    }

    /** Until there is something to deliver; while that does not work, for longer and longer. */
    private void await() throws InterruptedException {
        if (trouble.isPresent()) {
            Thread.sleep(pause);
            pause = longer(pause);
        } else {
            hint.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
        hint.drainPermits();
    }

    /** Says once that it does not work, and once that it does again. */
    private void told(Optional<String> now) {
        if (now.isPresent() && trouble.isEmpty()) {
            LOG.warn("notifications wait for the broker: {}", now.get());
        } else if (now.isEmpty() && trouble.isPresent()) {
            LOG.info("notifications reach the broker");
        }
        trouble = now;
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Delivers all there is, if no other process is at it. */
    private void deliver() throws IOException {
        clean();
        if (database.inTransaction(tx -> store.oldest(tx, 1)).isEmpty()) {
            return;
        }
        try {
            for (List<OutgoingNotification> batch = next();
                    !batch.isEmpty() && !closing;
                    batch = next()) {
                broker.publish(batch.stream().map(OutgoingNotification::body).toList());
                List<Long> delivered = batch.stream().map(OutgoingNotification::number).toList();
                database.run(tx -> store.remove(tx, delivered));
            }
        } finally {
            database.run(tx -> store.release(tx, self));
        }
    }

    private List<OutgoingNotification> next() {
        return database.inTransaction(
                tx -> store.hold(tx, self, LEASE) ? store.oldest(tx, TOGETHER) : List.of());
    }

    private void clean() {
        Instant now = Instant.now();
        if (cleaned.plus(CLEANING_PERIOD).isAfter(now)) {
            return;
        }
        cleaned = now;
        int removed = database.inTransaction(tx -> store.removeBeyond(tx, KEPT));
        if (removed > 0) {
            LOG.warn("{} notifications waited too long for the broker and were dropped", removed);
        }
    }

    /** Ends; what is not delivered yet stays written down. */
    @Override
    public void close() {
        closing = true;
        worker.interrupt();
        try {
            worker.join(3_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        broker.close();
    }
}
