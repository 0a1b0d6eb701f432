package org.monostack.identity;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.notification.Courier;
import org.monostack.identity.notification.Notifications;
import org.monostack.identity.notification.Outlet;
import org.monostack.identity.notification.RabbitBroker;
import org.monostack.identity.store.NotificationStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.AnsweredRequest;
import org.monostack.platform.http.RequestObserver;

/**
 * Who is told of what requests to identity did, with Keystone's notifications. The module tells
 * them of changes; of log-ins they learn as an observer of requests. Immutable.
 */
public final class IdentityNotifications implements RequestObserver {

    private final List<Notifications> told;

    private IdentityNotifications(List<Notifications> told) {
        this.told = told;
    }

    /** Nobody is told. */
    public static IdentityNotifications none() {
        return new IdentityNotifications(List.of());
    }

    /**
     * Tells somebody here as well, of changes once they are committed.
     *
     * @param format cadf or basic
     * @param host who tells
     * @param to takes each notification, a JSON object; must be quick
     */
    public IdentityNotifications and(String format, String host, Consumer<String> to) {
        return with(new Notifications(format(format), Set.of(), host, outlet(to)));
    }

    /**
     * Tells RabbitMQ as well. That of a change is written down by the transaction that makes it.
     *
     * @param delivery what {@link #delivery} made
     * @param format cadf or basic
     * @param optedOut the types of events that are not told; log-ins by what came of them, {@code
     *     identity.authenticate.success} or {@code .failure}
     * @param host who tells
     */
    public IdentityNotifications and(
            NotificationDelivery delivery, String format, Set<String> optedOut, String host) {
        return with(new Notifications(format(format), optedOut, host, delivery));
    }

    /**
     * What takes to RabbitMQ what is written down.
     *
     * @param database one whose identity schema is up to date once something is told
     */
    public static NotificationDelivery delivery(BrokerConfig broker, Database database) {
        return new Courier(database, new NotificationStore(), new RabbitBroker(broker));
    }

    private IdentityNotifications with(Notifications another) {
        return new IdentityNotifications(Stream.concat(told.stream(), Stream.of(another)).toList());
    }

    private static Outlet outlet(Consumer<String> to) {
        return new Outlet() {
            @Override
            public void changed(Transaction tx, String message) {
                tx.afterCommit(() -> to.accept(message));
            }

            @Override
            public void loggedIn(String message) {
                to.accept(message);
            }
        };
    }

    private static Notifications.Format format(String name) {
        return Notifications.Format.valueOf(name.toUpperCase(Locale.ROOT));
    }

    Announcements announcements() {
        return (tx, request, change) -> told.forEach(it -> it.tell(tx, request, change));
    }

    @Override
    public void answered(AnsweredRequest request) {
        told.forEach(it -> it.answered(request));
    }
}
