package org.monostack.compute.store;

import org.monostack.platform.database.Database;

/** All stores of compute. One set serves everybody. */
public record Stores(
        ServerStore servers,
        FlavorStore flavors,
        KeyPairStore keyPairs,
        QuotaStore quotas,
        ServerGroupStore groups,
        AggregateStore aggregates,
        HostStore hosts,
        ActionStore actions,
        ConsoleTokenStore consoles,
        MigrationStore migrations,
        ServerPasswordStore passwords,
        HeldImageStore heldImages,
        KnownRows known) {

    public static Stores of(Database database) {
        FlavorStore flavors = new FlavorStore();
        QuotaStore quotas = new QuotaStore();
        AggregateStore aggregates = new AggregateStore();
        HostStore hosts = new HostStore();
        return new Stores(
                new ServerStore(),
                flavors,
                new KeyPairStore(),
                quotas,
                new ServerGroupStore(),
                aggregates,
                hosts,
                new ActionStore(),
                new ConsoleTokenStore(),
                new MigrationStore(),
                new ServerPasswordStore(),
                new HeldImageStore(),
                new KnownRows(database, flavors, quotas, hosts, aggregates));
    }
}
