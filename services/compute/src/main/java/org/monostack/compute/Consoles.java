package org.monostack.compute;

import java.util.Optional;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.store.ConsoleTokenStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.database.Database;

/** Tells the console proxy where a key leads. Thread-safe. */
public final class Consoles {
    private final Database database;
    private final ConsoleTokenStore tokens;
    private final Hypervisor hypervisor;

    Consoles(Database database, ConsoleTokenStore tokens, Hypervisor hypervisor) {
        this.database = database;
        this.tokens = tokens;
        this.hypervisor = hypervisor;
    }

    /**
     * Where the console is that a key opens, if the key is valid and the console is there. The key
     * is spent by this call.
     */
    public Optional<Hypervisor.ConsoleAddress> redeem(String key) {
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
