package org.monostack.platform.telemetry;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.monostack.platform.database.Database;
import org.monostack.platform.operation.Operations;

/** The numbers of what every process has: its JVM, its database connections, its operations. */
public final class ProcessMetrics {
    private ProcessMetrics() {}

    public static void addTo(
            Metrics metrics, Database database, Operations operations, RequestJournal journal) {
        jvm(metrics);
        metrics.gauge(
                "monostack_database_connections",
                "Connections of the pool by what they do; waiting counts threads without one.",
                List.of("state"),
                () -> {
                    Database.Pool pool = database.pool();
                    return List.of(
                            Metrics.Sample.of(pool.active(), "active"),
                            Metrics.Sample.of(pool.idle(), "idle"),
                            Metrics.Sample.of(pool.waiting(), "waiting"));
                });
        one(
                metrics,
                "monostack_database_up",
                "Whether the database answers.",
                () -> database.healthy() ? 1 : 0);
        metrics.gauge(
                "monostack_operations_unfinished",
                "Durable operations that have not ended, by kind and state.",
                List.of("kind", "state"),
                () ->
                        database.reading(operations::counts).entrySet().stream()
                                .map(each ->
                                        Metrics.Sample.of(
                                                each.getValue(),
                                                each.getKey().kind(),
                                                each.getKey().state().name()))
                                .toList());
        one(
                metrics,
                "monostack_operations_lag_seconds",
                "How long the oldest operation that is due waits to be taken up.",
                () -> database.reading(operations::lag).toMillis() / 1000.0);
        metrics.counter(
                "monostack_journal_dropped_total",
                "Requests that could not be written to the journal.",
                List.of(),
                () -> List.of(Metrics.Sample.of(journal.dropped())));
    }

    private static void jvm(Metrics metrics) {
        metrics.gauge(
                "jvm_memory_bytes",
                "Memory of the JVM by area and measure.",
                List.of("area", "measure"),
                () -> {
                    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                    MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
                    return List.of(
                            Metrics.Sample.of(heap.getUsed(), "heap", "used"),
                            Metrics.Sample.of(heap.getCommitted(), "heap", "committed"),
                            Metrics.Sample.of(heap.getMax(), "heap", "max"),
                            Metrics.Sample.of(other.getUsed(), "nonheap", "used"),
                            Metrics.Sample.of(other.getCommitted(), "nonheap", "committed"));
                });
        metrics.counter(
                "jvm_gc_seconds_total",
                "Time spent collecting garbage.",
                List.of("gc"),
                () ->
                        ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .map(gc ->
                                        Metrics.Sample.of(
                                                gc.getCollectionTime() / 1000.0, gc.getName()))
                                .toList());
        metrics.counter(
                "jvm_gc_collections_total",
                "Garbage collections.",
                List.of("gc"),
                () ->
                        ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .map((GarbageCollectorMXBean gc) ->
                                        Metrics.Sample.of(gc.getCollectionCount(), gc.getName()))
                                .toList());
        one(
                metrics,
                "jvm_threads",
                "Platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        one(
                metrics,
                "process_uptime_seconds",
                "Since the process began.",
                () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            one(
                    metrics,
                    "process_open_fds",
                    "Open files and sockets.",
                    system::getOpenFileDescriptorCount);
            one(
                    metrics,
                    "process_cpu_seconds",
                    "Processor time used.",
                    () -> system.getProcessCpuTime() / 1e9);
        }
    }

    private static void one(Metrics metrics, String name, String help, DoubleSupplier value) {
        metrics.gauge(name, help, List.of(), () -> List.of(Metrics.Sample.of(value.getAsDouble())));
    }
}
