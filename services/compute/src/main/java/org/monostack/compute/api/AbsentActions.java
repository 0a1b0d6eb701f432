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
                    new Absent("shelve", "os-shelve:shelve"),
                    new Absent("shelveOffload", "os-shelve:shelve_offload"),
                    new Absent("rescue", "os-rescue"),
                    new Absent("migrate", "os-migrate-server:migrate"),
                    new Absent("os-migrateLive", "os-migrate-server:migrate_live"),
                    new Absent("evacuate", "os-evacuate"),
                    new Absent("trigger_crash_dump", "servers:trigger_crash_dump"),
                    new Absent("injectNetworkInfo", "os-admin-actions:inject_network_info"),
                    new Absent("resetNetwork", "os-admin-actions:reset_network"));

    /** What only a server in a state that no server reaches here could do. */
    private static final List<Absent> NEVER =
            List.of(
                    new Absent("unshelve", "os-shelve:unshelve"),
                    new Absent("unrescue", "os-unrescue"));

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
        for (Absent absent : NEVER) {
            actions.on(
                    absent.key(),
                    (request, argument) -> {
                        Server server =
                                access.database()
                                        .inTransaction(
                                                tx -> access.find(tx, request, absent.rule()));
                        ServerAccess.requireUnlocked(request, server);
                        throw ServerAccess.invalidState(
                                server, absent.key(), "vm_state " + server.state().vm().text());
                    });
        }
    }
}
