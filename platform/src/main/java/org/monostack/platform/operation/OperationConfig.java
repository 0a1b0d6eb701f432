package org.monostack.platform.operation;

import java.time.Duration;

/**
 * How operations are run.
 *
 * @param owner this process's name in leases; unique among the processes that share the database
 * @param concurrency the most operations run at once by this process
 * @param lease how long a silent owner keeps an operation
 * @param poll how often the database is looked at without a hint
 * @param attempts how often a step may fail before the operation is undone
 */
public record OperationConfig(
        String owner, int concurrency, Duration lease, Duration poll, int attempts) {

    public static OperationConfig defaults(String owner) {
        return new OperationConfig(owner, 64, Duration.ofSeconds(15), Duration.ofSeconds(1), 6);
    }
}
