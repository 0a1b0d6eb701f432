package org.monostack.identity;

/**
 * A RabbitMQ server that takes notifications.
 *
 * @param durable whether the exchange and the queue, if they have to be made, survive an end of the
 *     server; consumers have to expect the same ({@code amqp_durable_queues} of oslo.messaging)
 */
public record BrokerConfig(
        String host, int port, String user, String password, String virtualHost, boolean durable) {

    @Override
    public String toString() {
        return "BrokerConfig[" + user + "@" + host + ":" + port + "]";
    }
}
