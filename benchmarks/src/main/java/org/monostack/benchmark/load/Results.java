package org.monostack.benchmark.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where measurements are kept: two CSV files in a directory, {@value #REQUESTS} for closed loops
 * and {@value #FLOWS} for everything else. Each measurement is written at once, so that a run that
 * was cut leaves what it had.
 */
public final class Results {

    private static final String REQUESTS = "requests.csv";
    private static final String FLOWS = "flows.csv";
    private static final String REQUESTS_HEAD =
            "case,size,clients,rps,p50_ms,p95_ms,p99_ms,mean_ms,requests,errors,cloud_cpu_ms_per_req,conditions";
    private static final String FLOWS_HEAD = "flow,metric,value,unit,n,conditions";

    private final Path directory;

    /** A closed loop over so many resources. Numbers as they are written; empty where not known. */
    public record RequestRow(
            String name,
            int size,
            int clients,
            String perSecond,
            String p50,
            String p99,
            String cpu,
            String conditions) {}

    /** One figure of a flow. */
    public record FlowRow(
            String flow, String metric, double value, String unit, String conditions) {}

    public Results(Path directory) {
        this.directory = directory;
    }

    void request(String name, int size, int clients, Sample sample) {
        String line =
                String.format(
                        Locale.ROOT,
                        "%s,%d,%d,%.2f,%.2f,%.2f,%.2f,%.2f,%d,%d,%.3f,",
                        name,
                        size,
                        clients,
                        sample.perSecond(),
                        sample.p50(),
                        sample.p95(),
                        sample.p99(),
                        sample.mean(),
                        sample.requests(),
                        sample.errors(),
                        sample.cloudCpuMillis());
        append(REQUESTS, REQUESTS_HEAD, line);
        System.out.printf(
                Locale.ROOT,
                "%-20s %6d there, %2d clients: %9.1f/s, p50 %8.2f ms, p99 %8.2f ms, CPU %.2f ms%s%n",
                name,
                size,
                clients,
                sample.perSecond(),
                sample.p50(),
                sample.p99(),
                sample.cloudCpuMillis(),
                sample.errors() == 0 ? "" : ", " + sample.errors() + " ERRORS");
    }

    public void flow(String flow, String metric, double value, String unit, int n) {
        append(
                FLOWS,
                FLOWS_HEAD,
                String.format(Locale.ROOT, "%s,%s,%.4f,%s,%d,", flow, metric, value, unit, n));
        System.out.printf(Locale.ROOT, "%-20s %s %.3f %s%n", flow, metric, value, unit);
    }

    private void append(String file, String head, String line) {
        Path path = directory.resolve(file);
        try {
            Files.createDirectories(directory);
            if (!Files.exists(path)) {
                Files.writeString(path, head + "\n");
            }
            Files.writeString(path, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<RequestRow> requests() {
        return lines(REQUESTS)
                .map(f ->
                        new RequestRow(
                                f[0],
                                Integer.parseInt(f[1]),
                                Integer.parseInt(f[2]),
                                f[3],
                                f[4],
                                f[6],
                                f[10],
                                f[11]))
                .toList();
    }

    public List<FlowRow> flows() {
        return lines(FLOWS)
                .map(f -> new FlowRow(f[0], f[1], Double.parseDouble(f[2]), f[3], f[5]))
                .toList();
    }

    public Optional<FlowRow> flow(String flow, String metric) {
        List<FlowRow> found = new ArrayList<>(flows());
        found.removeIf(row -> !row.flow().equals(flow) || !row.metric().equals(metric));
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
    }

    private Stream<String[]> lines(String file) {
        Path path = directory.resolve(file);
        try {
            return Files.exists(path)
                    ? Files.readAllLines(path).stream()
                            .skip(1)
                            .filter(line -> !line.isBlank())
                            .map(line -> line.split(",", -1))
                    : Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
