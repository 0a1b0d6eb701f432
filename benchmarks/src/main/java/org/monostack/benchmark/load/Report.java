package org.monostack.benchmark.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tables of one run, beside those of another cloud. */
public final class Report {

    /** Begins the name of a case that measures a fixed answer as long as another case's. */
    static final String FIXED = "fixed_";

    private final Results mine;
    private final Results peer;
    private final StringBuilder text = new StringBuilder();

    /** A flow worth a line of its own: where it is measured, and what is aimed at. */
    private record Line(String title, String flow, String metric, String aim) {}

    private static final List<Line> FLOWS =
            List.of(
                    new Line("boot: POST answers (p50)", "boot", "POST_servers_p50", "10 ms"),
                    new Line(
                            "boot to ACTIVE, one at a time (p50)",
                            "boot",
                            "to_ACTIVE_p50",
                            "50 ms"),
                    new Line("boot to ACTIVE (p99)", "boot", "to_ACTIVE_p99", ""),
                    new Line("delete to gone (p50)", "boot", "DELETE_to_gone_p50", "30 ms"),
                    new Line("processor time per boot", "boot", "cloud_cpu_per_boot", ""),
                    new Line("50 boots at once, all ACTIVE", "boot50", "all_ACTIVE", "0.5 s"),
                    new Line("their deletion, all gone", "boot50", "delete_all_gone", ""),
                    new Line("500 boots at once, all ACTIVE", "boot500", "all_ACTIVE", "5 s"),
                    new Line("their deletion, all gone", "boot500", "delete_all_gone", ""),
                    new Line(
                            "boots by requests for 100 each",
                            "fill",
                            "servers_per_second_by_hundreds",
                            ""),
                    new Line("users made", "identity", "users_created_per_second", ""),
                    new Line(
                            "role assignments made", "identity", "assignments_made_per_second", ""),
                    new Line(
                            "tokens issued for the look at memory",
                            "identity",
                            "tokens_issued",
                            ""),
                    new Line(
                            "first start, from nothing, all answering", "start", "stack_first", ""),
                    new Line("later start, engines included", "start", "stack_again", "5 s"),
                    new Line(
                            "the process: exec to first answer", "start", "exec_to_answer", "2 s"));

    private static final Map<String, String> MEMORY_AIMS =
            Map.of("jvm_pss_at_0", "300 MB", "total_pss_at_0", "600 MB");

    public Report(Results mine, Results peer) {
        this.mine = mine;
        this.peer = peer;
    }

    /** As Markdown. */
    public String markdown(String peerName) {
        requests(peerName);
        flows(peerName);
        growth();
        return text.toString();
    }

    private void requests(String peerName) {
        line("### Requests");
        line("");
        line(
                "| request | clients | per second | p50 | p99 | CPU of the cloud | share of a fixed"
                        + " answer's rate | "
                        + peerName
                        + ": per second | p50 | times its rate |");
        line("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (Results.RequestRow row : mine.requests()) {
            if (row.name().startsWith(FIXED)) {
                continue;
            }
            Optional<Results.RequestRow> other = same(peer, row.name(), row.size(), row);
            Optional<Results.RequestRow> fixed = same(mine, FIXED + row.name(), row.size(), row);
            line(
                    "| %s | %d | %s | %s ms | %s ms | %s ms | %s | %s | %s | %s |",
                    title(row),
                    row.clients(),
                    number(row.perSecond()),
                    number(row.p50()),
                    number(row.p99()),
                    number(row.cpu()),
                    fixed.map(f -> share(row.perSecond(), f.perSecond())).orElse(""),
                    other.map(o -> number(o.perSecond()) + mark(o)).orElse(""),
                    other.map(o -> number(o.p50()) + " ms").orElse(""),
                    other.map(o -> ratio(row.perSecond(), o.perSecond())).orElse(""));
        }
        line("");
    }

    private static String title(Results.RequestRow row) {
        return row.name().replace('_', ' ')
                + (row.size() > 0 ? String.format(Locale.ROOT, ", %,d there", row.size()) : "");
    }

    private static Optional<Results.RequestRow> same(
            Results where, String name, int size, Results.RequestRow row) {
        return where.requests().stream()
                .filter(o ->
                        o.name().equals(name) && o.size() == size && o.clients() == row.clients())
                .findFirst();
    }

    private static String share(String mine, String fixed) {
        return number(100 * Double.parseDouble(mine) / Double.parseDouble(fixed)) + " %";
    }

    /** A star for what the peer measured under other conditions. */
    private static String mark(Results.RequestRow row) {
        return row.conditions().isEmpty() ? "" : " *";
    }

    private void flows(String peerName) {
        line("### Servers, start, memory");
        line("");
        line("| what | measured | aim | " + peerName + " | ratio |");
        line("|---|---:|---:|---:|---:|");
        List<Line> lines = new ArrayList<>(FLOWS);
        lines.addAll(memory());
        for (Line each : lines) {
            Optional<Results.FlowRow> own = mine.flow(each.flow(), each.metric());
            if (own.isPresent()) {
                Optional<Results.FlowRow> other = peer.flow(each.flow(), each.metric());
                line(
                        "| %s | %s | %s | %s | %s |",
                        each.title(),
                        quantity(own.get()),
                        each.aim(),
                        other.map(Report::quantity).orElse(""),
                        other.map(o -> times(o.value() / own.get().value())).orElse(""));
            }
        }
        line("");
    }

    /** A line for each process and number of servers that memory was measured at. */
    private List<Line> memory() {
        return mine.flows().stream()
                .filter(row -> row.flow().equals("memory"))
                .map(row -> {
                    String[] parts = row.metric().split("_pss_", 2);
                    return new Line(
                            String.format(
                                    Locale.ROOT,
                                    "memory (PSS), %s, %s",
                                    parts[0].equals("total") ? "whole cloud" : parts[0],
                                    when(parts[1])),
                            row.flow(),
                            row.metric(),
                            MEMORY_AIMS.getOrDefault(row.metric(), ""));
                })
                .toList();
    }

    private static String when(String name) {
        if (!name.startsWith("at_")) {
            return name.replace('_', ' ');
        }
        int servers = Integer.parseInt(name.substring(3));
        return servers == 0 ? "idle" : String.format(Locale.ROOT, "%,d servers", servers);
    }

    /** Median of one client by size, for requests that were measured at more than one size. */
    private void growth() {
        Map<String, List<Results.RequestRow>> byName =
                mine.requests().stream()
                        .filter(row -> row.clients() == 1 && !row.name().startsWith(FIXED))
                        .collect(
                                Collectors.groupingBy(
                                        Results.RequestRow::name,
                                        java.util.LinkedHashMap::new,
                                        Collectors.toList()));
        byName.values().removeIf(rows -> rows.size() < 2);
        if (byName.isEmpty()) {
            return;
        }
        TreeSet<Integer> sizes = new TreeSet<>();
        byName.values().forEach(rows -> rows.forEach(row -> sizes.add(row.size())));
        line("### How it grows (p50 of one client, by how many there are)");
        line("");
        line(
                "| request | "
                        + sizes.stream()
                                .map(size -> String.format(Locale.ROOT, "%,d", size))
                                .collect(Collectors.joining(" | "))
                        + " |");
        line("|---|" + "---:|".repeat(sizes.size()));
        byName.forEach((name, rows) -> {
            List<String> cells = new ArrayList<>();
            for (int size : sizes) {
                cells.add(
                        rows.stream()
                                .filter(row -> row.size() == size)
                                .map(row -> number(row.p50()) + " ms")
                                .findFirst()
                                .orElse(""));
            }
            line("| " + name.replace('_', ' ') + " | " + String.join(" | ", cells) + " |");
        });
        line("");
    }

    private static String quantity(Results.FlowRow row) {
        return switch (row.unit()) {
                    case "s" ->
                            row.value() < 1
                                    ? number(row.value() * 1000) + " ms"
                                    : number(row.value()) + " s";
                    case "MB" -> String.format(Locale.ROOT, "%,.0f MB", row.value());
                    default -> number(row.value()) + " " + row.unit();
                }
                + (row.conditions().isEmpty() ? "" : " *");
    }

    private static String ratio(String mine, String other) {
        return mine.isEmpty() || other.isEmpty()
                ? ""
                : times(Double.parseDouble(mine) / Double.parseDouble(other));
    }

    private static String times(double ratio) {
        return Double.isFinite(ratio) ? number(ratio) + "x" : "";
    }

    private static String number(String text) {
        return text.isEmpty() ? "" : number(Double.parseDouble(text));
    }

    /** Three figures are all that a measurement like this deserves. */
    private static String number(double value) {
        return String.format(
                Locale.ROOT, value < 1 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
