package org.monostack.compute.api;

import java.util.Optional;
import org.monostack.compute.model.ComputeService;
import org.monostack.compute.store.HostStore;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Whether hosts are up. */
final class HostStatus {
    private final HostStore hosts;

    HostStatus(HostStore hosts) {
        this.hosts = hosts;
    }

    boolean up(Transaction tx, Optional<String> host) {
        return host.flatMap(name -> hosts.service(tx, name, ComputeService.COMPUTE))
                .map(service -> service.up(Times.now()))
                .orElse(false);
    }
}
