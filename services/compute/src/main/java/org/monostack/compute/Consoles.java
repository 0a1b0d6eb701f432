package org.monostack.compute;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.store.ConsoleTokenStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Query;
import org.monostack.platform.http.TunnelServer;

/** Lets whoever brings a valid key through to the console that it opens, once. Thread-safe. */
public final class Consoles implements TunnelServer.Gate {
    private final Database database;
    private final ConsoleTokenStore tokens;
    private final Hypervisor hypervisor;

    Consoles(Database database, ConsoleTokenStore tokens, Hypervisor hypervisor) {
        this.database = database;
        this.tokens = tokens;
        this.hypervisor = hypervisor;
    }

    @Override
    public Optional<ByteChannel> open(Query query) throws IOException {
        Optional<Hypervisor.ConsoleAddress> address = query.first("token").flatMap(this::redeem);
        return address.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        SocketChannel.open(
                                new InetSocketAddress(address.get().host(), address.get().port())));
    }

    /** Where the console is that a key opens. The key is spent by this call. */
    private Optional<Hypervisor.ConsoleAddress> redeem(String key) {
        String hash = Digests.sha256(key);
        Optional<ConsoleTokenStore.Grant> grant =
                database.inTransaction(tx -> {
                    Optional<ConsoleTokenStore.Grant> found = tokens.find(tx, hash);
                    found.ifPresent(g -> tokens.delete(tx, hash));
                    return found;
                });
        return grant.flatMap(g -> hypervisor.vnc(g.server()));
    }
}
