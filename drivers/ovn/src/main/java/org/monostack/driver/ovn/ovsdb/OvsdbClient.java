package org.monostack.driver.ovn.ovsdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One database of one server. Keeps a connection for as long as it is open itself: a daemon thread
 * connects, monitors, reads, and begins again with growing pauses when the connection breaks. Calls
 * may come from any thread and block; while the server is away they wait a little for it and then
 * throw {@link OvsdbException}. A call whose connection breaks before the answer is never repeated
 * by this class, for its outcome is unknown.
 */
public final class OvsdbClient implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OvsdbClient.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SCHEMA_ID = "schema";
    private static final String MONITOR_ID = "monitor";
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final OvsdbEndpoint endpoint;
    private final String database;
    private final ObjectNode monitorRequests;
    private final Replica replica;
    private final List<RowListener> rowListeners = new CopyOnWriteArrayList<>();
    private final Map<String, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread reader;

    // Guarded by lock.
    private @Nullable SocketChannel channel;
    private boolean ready;
    private boolean closed;
    private String lastFailure = "not connected yet";

    /**
     * @param tables what to keep a replica of: table name to its columns
     * @param tagKeys the {@code external_ids} keys by which rows are to be found
     */
    public OvsdbClient(
            OvsdbEndpoint endpoint,
            String database,
            Map<String, List<String>> tables,
            Set<String> tagKeys) {
        this.endpoint = endpoint;
        this.database = database;
        this.replica = new Replica(tables.keySet(), tagKeys);
        this.monitorRequests = JsonNodeFactory.instance.objectNode();
        tables.forEach((table, columns) -> {
            ArrayNode names = monitorRequests.putArray(table).addObject().putArray("columns");
            columns.forEach(names::add);
        });
        this.reader = Thread.ofPlatform().daemon().name("ovsdb-" + database).unstarted(this::run);
    }

    public OvsdbClient start() {
        reader.start();
        return this;
    }

    public Replica replica() {
        return replica;
    }

    public void onRowChange(RowListener listener) {
        rowListeners.add(listener);
    }

    /** Whether the replica follows the server now. */
    public boolean isReady() {
        lock.lock();
        try {
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the replica follows the server; throws when it does not come in that time. */
    public void awaitReady(Duration patience) {
        connection(patience);
    }

    /**
     * Carries out the operations.
     *
     * @return one result per operation, in order
     */
    public List<JsonNode> transact(OvsdbTransaction transaction) {
        ArrayNode params = JsonNodeFactory.instance.arrayNode().add(database);
        transaction.operations().forEach(params::add);
        JsonNode result = call("transact", params);
        List<JsonNode> results = new ArrayList<>();
        int index = 0;
        for (JsonNode outcome : result) {
            // A constraint found violated at commit is reported in an element of its own, past the
            // last operation.
            if (outcome.hasNonNull("error")) {
                throw OvsdbException.refused(
                        database
                                + " refused "
                                + (index < transaction.size()
                                        ? transaction.operations().get(index).toString()
                                        : "the transaction")
                                + ": "
                                + outcome.path("error").asString()
                                + " "
                                + outcome.path("details").asString(""));
            }
            results.add(outcome);
            index++;
        }
        return results;
    }

    private JsonNode call(String method, ArrayNode params) {
        SocketChannel connection = connection(CONNECT_PATIENCE);
        String id = Long.toString(nextId.incrementAndGet());
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        try {
            send(connection, request(method, params, id));
            return answer.get(ANSWER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            drop(connection);
            throw OvsdbException.away("cannot write to " + endpoint, e);
        } catch (TimeoutException e) {
            drop(connection);
            throw OvsdbException.away("no answer from " + endpoint, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OvsdbException.away("interrupted while waiting for " + endpoint, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OvsdbException known) {
                throw known;
            }
            throw OvsdbException.away("call to " + endpoint + " failed", e);
        } finally {
            pending.remove(id);
        }
    }

    private SocketChannel connection(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw OvsdbException.away("the client of " + endpoint + " is closed");
                }
                if (ready && channel != null) {
                    return channel;
                }
                if (left <= 0) {
                    throw OvsdbException.away(endpoint + " is away: " + lastFailure);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OvsdbException.away("interrupted while waiting for " + endpoint, e);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long pause = SHORTEST_PAUSE.toMillis();
        while (!isClosed()) {
            boolean worked = false;
            try (SocketChannel connection = endpoint.connect()) {
                if (!adopt(connection)) {
                    return;
                }
                ArrayNode params = JsonNodeFactory.instance.arrayNode().add(database);
                send(connection, request("get_schema", params, SCHEMA_ID));
                try (JsonParser parser = JSON.createParser(Channels.newInputStream(connection))) {
                    while (parser.nextToken() != null) {
                        worked |= receive(connection, parser.readValueAsTree());
                    }
                }
                lost("the server closed the connection");
            } catch (IOException | RuntimeException e) {
                lost(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            }
            pause = worked ? SHORTEST_PAUSE.toMillis() : pause;
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE.toMillis());
        }
    }

    /** Handles one message; true when it completed the set-up of the connection. */
    private boolean receive(SocketChannel connection, JsonNode message) throws IOException {
        String method = message.path("method").asString("");
        JsonNode id = message.path("id");
        switch (method) {
            case "echo" -> {
                ObjectNode reply = JsonNodeFactory.instance.objectNode();
                reply.set("result", message.path("params"));
                reply.putNull("error");
                reply.set("id", id);
                send(connection, reply);
            }
            case "update2" -> notify(replica.apply(message.path("params").get(1), this::fire));
            case "" -> {
                String answered = id.asString("");
                if (answered.equals(SCHEMA_ID)) {
                    replica.schema(types(result(message)));
                    ArrayNode params = JsonNodeFactory.instance.arrayNode();
                    params.add(database).addNull().add(monitorRequests);
                    send(connection, request("monitor_cond", params, MONITOR_ID));
                    return false;
                }
                if (answered.equals(MONITOR_ID)) {
                    notify(replica.replaceAll(result(message), this::fire));
                    becomeReady();
                    return true;
                }
                complete(answered, message);
            }
            default -> log.debug("{} sent a message that is not for us: {}", endpoint, method);
        }
        return false;
    }

    private JsonNode result(JsonNode message) {
        JsonNode error = message.path("error");
        if (!error.isNull() && !error.isMissingNode()) {
            throw OvsdbException.refused("cannot monitor " + database + ": " + error);
        }
        return message.path("result");
    }

    /** The types of the columns that we monitor. */
    private Map<String, Map<String, ColumnType>> types(JsonNode schema) {
        Map<String, Map<String, ColumnType>> tables = new HashMap<>();
        for (Map.Entry<String, JsonNode> request : monitorRequests.properties()) {
            JsonNode columns = schema.path("tables").path(request.getKey()).path("columns");
            Map<String, ColumnType> types = new HashMap<>();
            for (JsonNode name : request.getValue().path(0).path("columns")) {
                JsonNode column = columns.path(name.stringValue());
                if (column.isMissingNode()) {
                    throw OvsdbException.refused(
                            "%s has no column %s of table %s"
                                    .formatted(database, name.stringValue(), request.getKey()));
                }
                types.put(name.stringValue(), ColumnType.parse(column.path("type")));
            }
            tables.put(request.getKey(), types);
        }
        return tables;
    }

    private void complete(String id, JsonNode message) {
        CompletableFuture<JsonNode> answer = pending.remove(id);
        if (answer == null) {
            return;
        }
        JsonNode error = message.path("error");
        if (error.isNull() || error.isMissingNode()) {
            answer.complete(message.path("result"));
        } else {
            answer.completeExceptionally(
                    OvsdbException.refused(database + " refused the call: " + error));
        }
    }

    private void fire(String table, @Nullable Row before, @Nullable Row after) {
        for (RowListener listener : rowListeners) {
            try {
                listener.changed(table, before, after);
            } catch (RuntimeException e) {
                log.error("A listener of {} failed", database, e);
            }
        }
    }

    private static void notify(List<Runnable> notices) {
        notices.forEach(Runnable::run);
    }

    private void send(SocketChannel connection, JsonNode message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(message));
        // The channel itself keeps single writes apart, not a message that takes several.
        synchronized (connection) {
            while (bytes.hasRemaining()) {
                connection.write(bytes);
            }
        }
    }

    private static ObjectNode request(String method, ArrayNode params, String id) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("method", method);
        request.set("params", params);
        request.put("id", id);
        return request;
    }

    private boolean adopt(SocketChannel connection) {
        lock.lock();
        try {
            channel = connection;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void becomeReady() {
        lock.lock();
        try {
            ready = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        log.info("Following {} at {}", database, endpoint);
    }

    private void lost(String reason) {
        boolean wasReady;
        lock.lock();
        try {
            wasReady = ready;
            ready = false;
            channel = null;
            lastFailure = reason;
            if (wasReady && !closed) {
                log.warn("Lost {} at {}: {}", database, endpoint, reason);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (String id : List.copyOf(pending.keySet())) {
            CompletableFuture<JsonNode> answer = pending.remove(id);
            if (answer != null) {
                answer.completeExceptionally(
                        OvsdbException.away(endpoint + " went away: " + reason));
            }
        }
    }

    /** Ends a connection that misbehaves; the reader thread then makes a new one. */
    private static void drop(SocketChannel connection) {
        try {
            connection.close();
        } catch (IOException e) {
            log.debug("Closing a broken connection failed", e);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        SocketChannel connection;
        lock.lock();
        try {
            closed = true;
            connection = channel;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (connection != null) {
            drop(connection);
        }
        reader.interrupt();
        lost("the client was closed");
    }
}
