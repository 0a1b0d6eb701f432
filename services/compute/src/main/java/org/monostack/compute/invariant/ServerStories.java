package org.monostack.compute.invariant;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.store.ServerStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.telemetry.StoryTeller;

/** Says what servers are now, deleted ones too. */
public final class ServerStories implements StoryTeller {
    private final ServerStore servers;

    public ServerStories(ServerStore servers) {
        this.servers = servers;
    }

    @Override
    public Optional<Subject> tell(Transaction tx, String id) {
        try {
            return servers.findAny(tx, UUID.fromString(id)).map(ServerStories::subject);
        } catch (IllegalArgumentException e) {
            // Ids of other things need not be UUIDs.
            return Optional.empty();
        }
    }

    private static Subject subject(Server server) {
        Server.State state = server.state();
        return new Subject(
                "server",
                server.id().toString(),
                "server "
                        + server.wish().name()
                        + " of project "
                        + server.projectId()
                        + ": "
                        + state.vm().text()
                        + state.task().map(task -> ", " + task.text()).orElse("")
                        + state.host().map(host -> ", on host " + host).orElse(", on no host")
                        + state.fault().map(fault -> "; fault: " + fault.message()).orElse(""),
                List.of());
    }
}
