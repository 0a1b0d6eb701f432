package org.monostack.identity;

import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.monostack.identity.notification.Courier;
import org.monostack.identity.notification.Notifications;
import org.monostack.identity.notification.RabbitBroker;
import org.monostack.identity.store.NotificationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.RequestObserver;

/** Wires those who tell of what requests to identity did, with Keystone's notifications. */
public final class IdentityNotifications {

    private IdentityNotifications() {}

    /**
     * Tells somebody here.
     *
     * @param format cadf or basic
     * @param host who tells
     * @param to takes each notification, a JSON object; must be quick
     */
    public static RequestObserver to(String format, String host, Consumer<String> to) {
        return new Notifications(format(format), Set.of(), host, to);
    }

    /**
     * Tells RabbitMQ.
     *
     * @param database one whose identity schema is up to date
     * @param format cadf or basic
     * @param optedOut the types of events that are not told
     * @param host who tells
     */
    public static NotificationDelivery to(
            BrokerConfig broker,
            Database database,
            String format,
            Set<String> optedOut,
            String host) {
        return new Courier(
                database,
                new NotificationStore(),
                new RabbitBroker(broker),
                format(format),
                optedOut,
                host);
    }

    private static Notifications.Format format(String name) {
        return Notifications.Format.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
