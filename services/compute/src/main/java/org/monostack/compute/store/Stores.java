package org.monostack.compute.store;

/** All stores of compute. They are stateless, so one set serves everybody. */
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
        HeldImageStore heldImages) {

    public Stores() {
        this(
                new ServerStore(),
                new FlavorStore(),
                new KeyPairStore(),
                new QuotaStore(),
                new ServerGroupStore(),
                new AggregateStore(),
                new HostStore(),
                new ActionStore(),
                new ConsoleTokenStore(),
                new MigrationStore(),
                new ServerPasswordStore(),
                new HeldImageStore());
    }
}
