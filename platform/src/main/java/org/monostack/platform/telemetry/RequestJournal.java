package org.monostack.platform.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.monostack.platform.database.Database;
import org.monostack.platform.engine.EngineAway;
import org.monostack.platform.http.AnsweredRequest;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.RequestObserver;
import org.monostack.platform.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Writes down who asked for what change and what came of it, so that it can be explained later.
 * Requests are handed over in memory and written together shortly after their answers; what a
 * sudden end of the process takes with it is the last moment's entries, never a change itself. Kept
 * for a month, and never more than a quarter of a million.
 *
 * <p>Requests without a caller are not written: anybody could fill the journal with them. Neither
 * are tokens issued, which are logins and no changes. Owns one thread between start and close.
 */
public final class RequestJournal implements RequestObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestJournal.class);

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final int QUEUE = 10_000;
    private static final int TOGETHER = 200;
    private static final Duration GATHERING = Duration.ofMillis(100);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final long KEPT_ROWS = 250_000;
    private static final Duration CLEANING_PERIOD = Duration.ofMinutes(1);
    private static final int CLEANED_TOGETHER = 2_000;
    private static final int LONGEST_ID = 64;
    private static final int LONGEST_PATH = 1024;
    private static final int LONGEST_TEXT = 4000;
    private static final int LARGEST_ANSWER = 256 << 10;
    private static final int MOST_RESOURCES = 50;

    private final Database database;
    private final RequestStore store = new RequestStore();
    private final BlockingQueue<AnsweredRequest> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closing;
    private volatile Optional<Thread> writer = Optional.empty();

    public RequestJournal(Database database) {
        this.database = database;
    }

    /** Begins to write. */
    public void start() {
        writer =
                Optional.of(
                        Thread.ofPlatform().name("request-journal").daemon().start(this::write));
    }

    @Override
    public void answered(AnsweredRequest request) {
        boolean change = !READING.contains(request.method()) || request.status() >= 500;
        boolean login = request.path().startsWith("/v3/auth/tokens");
        if (change && !login && request.caller().isPresent() && !queue.offer(request)) {
            dropped.incrementAndGet();
        }
    }

    /** How many entries were lost because the database did not keep up. */
    public long dropped() {
        return dropped.get();
    }

    private void write() {
        Instant cleaned = Instant.now();
        while (!closing) {
            try {
                AnsweredRequest first =
                        queue.poll(CLEANING_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    Thread.sleep(GATHERING);
                    store(first);
                }
                if (cleaned.plus(CLEANING_PERIOD).isBefore(Instant.now())) {
                    cleaned = Instant.now();
                    clean();
                }
            } catch (InterruptedException e) {
                break;
            }
        }
        // What was answered before the end is worth one more look.
        Optional.ofNullable(queue.poll()).ifPresent(this::store);
    }

    private void store(AnsweredRequest first) {
        List<AnsweredRequest> batch = new ArrayList<>();
        batch.add(first);
        do {
            queue.drainTo(batch, TOGETHER - batch.size());
            try {
                List<JournaledRequest> entries = batch.stream().map(RequestJournal::entry).toList();
                database.run(tx -> store.insert(tx, entries));
            } catch (RuntimeException e) {
                dropped.addAndGet(batch.size());
                LOG.warn("{} requests are not in the journal: {}", batch.size(), e.toString());
                if (EngineAway.in(e)) {
                    return;
                }
            }
            batch.clear();
        } while (!queue.isEmpty());
    }

    private void clean() {
        try {
            Instant before = Instant.now().minus(KEPT);
            database.run(tx -> store.forget(tx, before, KEPT_ROWS, CLEANED_TOGETHER));
        } catch (RuntimeException e) {
            LOG.warn("old entries cannot be removed: {}", e.toString());
        }
    }

    private static JournaledRequest entry(AnsweredRequest request) {
        Caller caller = request.caller().orElseThrow();
        return new JournaledRequest(
                request.requestId(),
                request.globalRequestId(),
                request.service(),
                request.method(),
                cut(request.path(), LONGEST_PATH),
                request.route().map(route -> cut(route, 255)),
                request.status(),
                caller.userId(),
                cut(caller.userName(), 255),
                caller.projectId(),
                request.remoteAddress(),
                verdicts(request, caller),
                request.failure().map(text -> cut(text, LONGEST_TEXT)),
                request.startedAt(),
                request.took(),
                resources(request));
    }

    private static Optional<String> verdicts(AnsweredRequest request, Caller caller) {
        if (request.verdicts().isEmpty()) {
            return Optional.empty();
        }
        String roles = caller.roles().stream().sorted().collect(Collectors.joining(", "));
        return Optional.of(
                cut(
                        request.verdicts().stream()
                                .map(verdict ->
                                        (verdict.allowed() ? "allowed by " : "refused by ")
                                                + request.policy().describe(verdict.rule())
                                                + " to the roles "
                                                + roles)
                                .collect(Collectors.joining("\n")),
                        LONGEST_TEXT));
    }

    private static Set<String> resources(AnsweredRequest request) {
        Set<String> ids = new LinkedHashSet<>();
        request.named().stream().filter(RequestJournal::looksLikeId).forEach(ids::add);
        Optional<byte[]> content =
                request.response().content().filter(bytes -> bytes.length < LARGEST_ANSWER);
        if (request.method().equals("POST") && request.status() < 300 && content.isPresent()) {
            try {
                collect(Json.read(content.get()), ids);
            } catch (Json.MalformedJson e) {
                // Not every answer is JSON.
            }
        }
        return ids;
    }

    /** The ids of what an answer is about: its own, or those of the things directly in it. */
    private static void collect(JsonNode answer, Set<String> ids) {
        add(answer, ids);
        for (JsonNode child : answer) {
            add(child, ids);
            if (child.isArray()) {
                child.forEach(item -> add(item, ids));
            }
        }
    }

    private static void add(JsonNode node, Set<String> ids) {
        String id = node.path("id").asString("");
        if (looksLikeId(id) && ids.size() < MOST_RESOURCES) {
            ids.add(id);
        }
    }

    private static boolean looksLikeId(String text) {
        return text.length() >= 8 && text.length() <= LONGEST_ID;
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 3) + "...";
    }

    /** Writes what is there and ends; does nothing if it never began. */
    @Override
    public void close() {
        closing = true;
        if (writer.isEmpty()) {
            return;
        }
        writer.get().interrupt();
        try {
            writer.get().join(Duration.ofSeconds(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
