package org.monostack.identity.notification;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.BrokerConfig;
import org.monostack.platform.json.Json;

/**
 * RabbitMQ, spoken to as oslo.messaging does with its driver {@code messagingv2}: a topic exchange
 * {@code keystone}, the routing key {@code notifications.info}, a queue of that name so that
 * nothing is lost before somebody consumes it, and the envelope of version 2.0. The broker confirms
 * each message; one that no queue took counts as not handed over.
 *
 * <p>Exchange and queue are taken as they are if they are there already, whoever made them.
 */
public final class RabbitBroker implements Broker {

    private static final String EXCHANGE = "keystone";
    private static final String ROUTING_KEY = "notifications.info";
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int HEARTBEAT_SECONDS = 30;
    private static final AMQP.BasicProperties PROPERTIES =
            new AMQP.BasicProperties.Builder()
                    .contentType("application/json")
                    .contentEncoding("utf-8")
                    .deliveryMode(2)
                    .priority(0)
                    .headers(Map.of())
                    .build();

    private final BrokerConfig config;
    private final ConnectionFactory factory = new ConnectionFactory();
    private final AtomicInteger returned = new AtomicInteger();
    private volatile @Nullable Connection connection;
    private @Nullable Channel channel;

    public RabbitBroker(BrokerConfig config) {
        this.config = config;
        factory.setHost(config.host());
        factory.setPort(config.port());
        factory.setUsername(config.user());
        factory.setPassword(config.password());
        factory.setVirtualHost(config.virtualHost());
        factory.setConnectionTimeout(PATIENCE_MILLIS);
        factory.setHandshakeTimeout(PATIENCE_MILLIS);
        factory.setChannelRpcTimeout(PATIENCE_MILLIS);
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        // Who publishes tries again; a connection that mends itself would only hide what was lost.
        factory.setAutomaticRecoveryEnabled(false);
    }

    @Override
    public void publish(List<String> bodies) throws IOException {
        try {
            Channel open = open();
            returned.set(0);
            for (String body : bodies) {
                open.basicPublish(EXCHANGE, ROUTING_KEY, true, PROPERTIES, envelope(body));
            }
            open.waitForConfirmsOrDie(PATIENCE_MILLIS);
            // What was returned is told of before it is confirmed.
            if (returned.get() > 0) {
                throw new IOException("no queue took " + returned.get() + " of the messages");
            }
        } catch (IOException | ShutdownSignalException | TimeoutException e) {
            close();
            throw new IOException(reason(e), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static byte[] envelope(String body) {
        return Json.write(Json.object().put("oslo.version", "2.0").put("oslo.message", body))
                .getBytes(StandardCharsets.UTF_8);
    }

    private Channel open() throws IOException, TimeoutException {
        Channel known = channel;
        if (known != null && known.isOpen()) {
            return known;
        }
        close();
        Connection opened = factory.newConnection("monostack identity");
        connection = opened;
        ensureExchange(opened);
        ensureQueue(opened);
        Channel publishing = opened.createChannel();
        publishing.queueBind(ROUTING_KEY, EXCHANGE, ROUTING_KEY);
        publishing.addReturnListener(message -> returned.incrementAndGet());
        publishing.confirmSelect();
        channel = publishing;
        return publishing;
    }

    private void ensureExchange(Connection opened) throws IOException, TimeoutException {
        if (!there(opened, asking -> asking.exchangeDeclarePassive(EXCHANGE))) {
            try (Channel making = opened.createChannel()) {
                making.exchangeDeclare(EXCHANGE, "topic", config.durable());
            }
        }
    }

    private void ensureQueue(Connection opened) throws IOException, TimeoutException {
        if (!there(opened, asking -> asking.queueDeclarePassive(ROUTING_KEY))) {
            try (Channel making = opened.createChannel()) {
                making.queueDeclare(ROUTING_KEY, config.durable(), false, false, Map.of());
            }
        }
    }

    private interface Asking {
        void ask(Channel channel) throws IOException;
    }

    /** A channel on which something is asked for that is not there is closed by the broker. */
    private static boolean there(Connection opened, Asking asking)
            throws IOException, TimeoutException {
        Channel channel = opened.createChannel();
        try {
            asking.ask(channel);
            return true;
        } catch (IOException e) {
            if (e.getCause() instanceof ShutdownSignalException shut
                    && shut.getReason() instanceof AMQP.Channel.Close close
                    && close.getReplyCode() == AMQP.NOT_FOUND) {
                return false;
            }
            throw e;
        } finally {
            if (channel.isOpen()) {
                channel.close();
            }
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        channel = null;
        if (open != null) {
            try {
                open.abort(1_000);
            } catch (AlreadyClosedException e) {
                // Gone before we asked.
            }
        }
    }
}
