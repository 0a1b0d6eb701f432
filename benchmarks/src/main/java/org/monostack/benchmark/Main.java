package org.monostack.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.monostack.benchmark.load.Benchmark;
import org.monostack.benchmark.load.CloudProcesses;
import org.monostack.benchmark.load.Endpoint;
import org.monostack.benchmark.load.FixedServer;
import org.monostack.benchmark.load.Report;
import org.monostack.benchmark.load.Results;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code benchmarks/run.sh} calls. */
@Command(
        name = "benchmarks",
        subcommands = {
            Main.Load.class,
            Main.Fixed.class,
            Main.Started.class,
            Main.Record.class,
            Main.Inner.class,
            Main.Tables.class
        })
public final class Main {

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Command(name = "load", description = "Measures a cloud and keeps the figures.")
    static final class Load implements Callable<Integer> {
        @Option(names = "--endpoint", required = true)
        String endpoint = "";

        @Option(names = "--user", defaultValue = "admin")
        String user = "";

        @Option(names = "--password", required = true)
        String password = "";

        @Option(names = "--project", defaultValue = "admin")
        String project = "";

        @Option(names = "--domain", defaultValue = "Default")
        String domain = "";

        @Option(names = "--cases", split = ",")
        Set<String> cases = Set.of();

        @Option(names = "--sizes", split = ",")
        List<Integer> sizes = List.of();

        @Option(names = "--users", defaultValue = "10000")
        int users;

        @Option(names = "--assignments", defaultValue = "100000")
        int assignments;

        @Option(names = "--at-once", split = ",")
        List<Integer> atOnce = List.of();

        @Option(names = "--seconds", defaultValue = "5")
        double seconds;

        @Option(names = "--warm-up", defaultValue = "2")
        double warmUp;

        @Option(names = "--fill-limit", defaultValue = "200", description = "seconds")
        long fillLimit;

        @Option(names = "--raise-quotas")
        boolean raiseQuotas;

        @Option(names = "--leave", description = "Leave servers where they are at the end.")
        boolean leave;

        @Option(names = "--process", description = "NAME=PID, a process of the cloud")
        Map<String, Long> processes = new LinkedHashMap<>();

        @Option(names = "--output", required = true)
        Path output = Path.of("");

        @Override
        public Integer call() throws IOException {
            Endpoint cloud =
                    Endpoint.open(endpoint, new Endpoint.User(user, password, project, domain));
            Benchmark.Plan plan =
                    new Benchmark.Plan(
                            cases,
                            sizes,
                            users,
                            assignments,
                            atOnce,
                            Duration.ofMillis((long) (seconds * 1000)),
                            Duration.ofMillis((long) (warmUp * 1000)),
                            Duration.ofSeconds(fillLimit),
                            raiseQuotas,
                            leave);
            Results results = new Results(output);
            CloudProcesses running = new CloudProcesses(processes);
            new Benchmark(cloud, plan, results, running).run();
            return 0;
        }
    }

    @Command(name = "fixed", description = "Serves fixed answers until its input ends.")
    static final class Fixed implements Callable<Integer> {
        @Override
        public Integer call() {
            FixedServer.serve();
            return 0;
        }
    }

    @Command(name = "started", description = "Waits for a process and its first answer.")
    static final class Started implements Callable<Integer> {
        @Option(names = "--url", required = true)
        URI url = URI.create("");

        @Option(names = "--pid-file", required = true)
        Path pidFile = Path.of("");

        @Option(names = "--output", required = true)
        Path output = Path.of("");

        @Override
        public Integer call() throws Exception {
            Instant end = Instant.now().plusSeconds(120);
            while (!answers()) {
                if (Instant.now().isAfter(end)) {
                    System.err.println("no answer from " + url);
                    return 1;
                }
                Thread.sleep(5);
            }
            long answered = System.nanoTime();
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            double age = CloudProcesses.age(pid) - (System.nanoTime() - answered) / 1e9;
            new Results(output).flow("start", "exec_to_answer", age, "s", 1);
            return 0;
        }

        private boolean answers() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 1000);
                socket.setSoTimeout(1000);
                socket.getOutputStream()
                        .write(
                                ("GET "
                                                + url.getRawPath()
                                                + " HTTP/1.1\r\nHost: "
                                                + url.getAuthority()
                                                + "\r\nConnection: close\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                byte[] start = socket.getInputStream().readNBytes(12);
                return new String(start, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 2");
            } catch (IOException e) {
                return false;
            }
        }
    }

    @Command(name = "record", description = "Keeps a figure that was measured elsewhere.")
    static final class Record implements Callable<Integer> {
        @Option(names = "--flow", required = true)
        String flow = "";

        @Option(names = "--metric", required = true)
        String metric = "";

        @Option(names = "--value", required = true)
        double value;

        @Option(names = "--unit", required = true)
        String unit = "";

        @Option(names = "--output", required = true)
        Path output = Path.of("");

        @Override
        public Integer call() {
            new Results(output).flow(flow, metric, value, unit, 1);
            return 0;
        }
    }

    @Command(name = "inner", description = "Measures the hot inner parts by JMH.")
    static final class Inner implements Callable<Integer> {
        @Option(names = "--output", required = true)
        Path output = Path.of("");

        @Option(names = "--quick")
        boolean quick;

        @Override
        public Integer call() throws IOException, RunnerException {
            Collection<RunResult> results =
                    new Runner(
                                    new OptionsBuilder()
                                            .include("InnerBenchmark|RoutingBenchmark")
                                            .forks(1)
                                            .warmupIterations(quick ? 1 : 3)
                                            .measurementIterations(quick ? 2 : 5)
                                            .warmupTime(TimeValue.seconds(1))
                                            .measurementTime(TimeValue.seconds(1))
                                            .resultFormat(ResultFormatType.CSV)
                                            .result(output.resolve("inner.csv").toString())
                                            .build())
                            .run();
            StringBuilder table =
                    new StringBuilder(
                            "### Inner parts (JMH, one thread)\n\n| part | time |\n|---|---:|\n");
            for (RunResult each : results) {
                var score = each.getPrimaryResult();
                table.append("| ").append(score.getLabel()).append(" | ");
                table.append(String.format(Locale.ROOT, "%,.2f", score.getScore() / 1000));
                table.append(" µs |\n");
            }
            Files.writeString(output.resolve("inner.md"), table.append('\n'));
            return 0;
        }
    }

    @Command(name = "tables", description = "Prints the figures as Markdown.")
    static final class Tables implements Callable<Integer> {
        @Option(names = "--output", required = true)
        Path output = Path.of("");

        @Option(names = "--peer", required = true)
        Path peer = Path.of("");

        @Option(names = "--peer-name", required = true)
        String peerName = "";

        @Override
        public Integer call() {
            System.out.print(new Report(new Results(output), new Results(peer)).markdown(peerName));
            return 0;
        }
    }
}
