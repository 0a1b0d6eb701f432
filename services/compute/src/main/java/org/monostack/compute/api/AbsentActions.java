package org.monostack.compute.api;

import java.util.List;
import org.monostack.compute.model.Server;
import org.monostack.platform.http.ApiException;

/**
 * Actions of Nova's that are not here yet. They check what they would check (who asks, whether the
 * server is there, its lock and its state) and then say so with 501.
 */
final class AbsentActions {
    private record Absent(String key, String rule) {}

    private static final List<Absent> ACTIONS =
            List.of(
                    new Absent("migrate", "os-migrate-server:migrate"),
                    new Absent("os-migrateLive", "os-migrate-server:migrate_live"),
                    new Absent("evacuate", "os-evacuate"),
                    new Absent("trigger_crash_dump", "servers:trigger_crash_dump"));

    /** What Nova had once. */
    private static final List<Absent> GONE =
            List.of(
                    new Absent("injectNetworkInfo", "os-admin-actions:inject_network_info"),
                    new Absent("resetNetwork", "os-admin-actions:reset_network"));

    private final ServerAccess access;

    AbsentActions(ServerAccess access) {
        this.access = access;
    }

    void addTo(ActionsApi actions) {
        for (Absent absent : ACTIONS) {
            actions.on(
                    absent.key(),
                    (request, argument) -> {
                        Server server =
                                access.database()
                                        .inTransaction(
                                                tx -> access.find(tx, request, absent.rule()));
                        ServerAccess.requireUnlocked(request, server);
                        throw ApiException.notImplemented(
                                "The action " + absent.key() + " is not available in this cloud.");
                    });
        }
        for (Absent absent : GONE) {
            actions.on(
                    absent.key(),
                    (request, argument) -> {
                        throw ApiException.gone("The action " + absent.key() + " is gone.");
                    });
        }
    }
}
