package org.monostack.compute.operation;

import org.monostack.compute.spi.HypervisorException;
import org.monostack.platform.operation.Lease;
import org.monostack.platform.operation.OperationFailed;

/**
 * Calls to a hypervisor: only while the operation is held, and what cannot be cured by repeating
 * ends it at once.
 */
final class Engine {
    private Engine() {}

    static void call(Runnable action) {
        Lease.requireHeld();
        try {
            action.run();
        } catch (HypervisorException e) {
            if (e.worthRetrying()) {
                throw e;
            }
            throw new OperationFailed(String.valueOf(e.getMessage()), e);
        }
    }
}
