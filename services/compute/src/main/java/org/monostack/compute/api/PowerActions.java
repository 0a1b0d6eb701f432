package org.monostack.compute.api;

import java.util.Locale;
import java.util.Set;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.compute.operation.ServerJob;
import org.monostack.compute.operation.ServerOperations;
import org.monostack.compute.store.ServerChange;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Schema;
import org.monostack.platform.operation.OperationKind;
import tools.jackson.databind.JsonNode;

/** Start, stop, reboot, pause, unpause, suspend, resume. */
final class PowerActions {
    private static final Set<TaskState> REBOOTABLE =
            Set.of(
                    TaskState.REBOOTING,
                    TaskState.REBOOTING_HARD,
                    TaskState.RESUMING,
                    TaskState.UNPAUSING,
                    TaskState.PAUSING,
                    TaskState.SUSPENDING);

    private final ServerAccess access;
    private final ServerOperations kinds;

    PowerActions(ServerAccess access, ServerOperations kinds) {
        this.access = access;
        this.kinds = kinds;
    }

    void addTo(ActionsApi actions) {
        simple(
                actions,
                "os-start",
                "start",
                "servers:start",
                Set.of(VmState.STOPPED),
                TaskState.POWERING_ON,
                kinds.start());
        simple(
                actions,
                "os-stop",
                "stop",
                "servers:stop",
                Set.of(VmState.ACTIVE, VmState.ERROR),
                TaskState.POWERING_OFF,
                kinds.stop());
        simple(
                actions,
                "pause",
                "pause",
                "os-pause-server:pause",
                Set.of(VmState.ACTIVE),
                TaskState.PAUSING,
                kinds.pause());
        simple(
                actions,
                "unpause",
                "unpause",
                "os-pause-server:unpause",
                Set.of(VmState.PAUSED),
                TaskState.UNPAUSING,
                kinds.unpause());
        simple(
                actions,
                "suspend",
                "suspend",
                "os-suspend-server:suspend",
                Set.of(VmState.ACTIVE),
                TaskState.SUSPENDING,
                kinds.suspend());
        simple(
                actions,
                "resume",
                "resume",
                "os-suspend-server:resume",
                Set.of(VmState.SUSPENDED),
                TaskState.RESUMING,
                kinds.resume());
        actions.on("reboot", this::reboot).body(Schema.of("compute", "server-reboot"));
    }

    private void simple(
            ActionsApi actions,
            String key,
            String verb,
            String rule,
            Set<VmState> from,
            TaskState task,
            OperationKind<ServerJob> kind) {
        actions.on(
                key,
                (request, argument) -> {
                    access.database()
                            .run(tx -> {
                                Server server = access.lock(tx, request, rule);
                                ServerAccess.requireUnlocked(request, server);
                                ServerAccess.requireState(server, verb, from);
                                requireLaunched(server, verb);
                                access.submit(
                                        tx,
                                        request,
                                        server,
                                        kind,
                                        new ServerChange().task(task),
                                        verb);
                            });
                    return Response.empty(202);
                });
    }

    /** A server that never ran has nothing that could be switched. */
    private static void requireLaunched(Server server, String verb) {
        if (server.state().launchedAt().isEmpty()) {
            throw ServerAccess.invalidState(server, verb, "vm_state error, never launched");
        }
    }

    private Response reboot(Request request, JsonNode argument) {
        boolean hard = argument.path("type").asString().toUpperCase(Locale.ROOT).equals("HARD");
        access.database()
                .run(tx -> {
                    Server server = access.lock(tx, request, "servers:reboot");
                    ServerAccess.requireUnlocked(request, server);
                    if (hard) {
                        ServerAccess.requireState(
                                server,
                                "reboot",
                                Set.of(
                                        VmState.ACTIVE,
                                        VmState.STOPPED,
                                        VmState.PAUSED,
                                        VmState.SUSPENDED,
                                        VmState.ERROR),
                                REBOOTABLE);
                    } else {
                        ServerAccess.requireState(server, "reboot", Set.of(VmState.ACTIVE));
                    }
                    requireLaunched(server, "reboot");
                    access.submit(
                            tx,
                            request,
                            server,
                            hard ? kinds.hardReboot() : kinds.softReboot(),
                            new ServerChange()
                                    .task(hard ? TaskState.REBOOTING_HARD : TaskState.REBOOTING),
                            "reboot");
                });
        return Response.empty(202);
    }
}
