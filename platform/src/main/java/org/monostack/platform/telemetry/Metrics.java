package org.monostack.platform.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program's numbers, in Prometheus' text format. Counting takes no lock; gauges are asked only
 * when the page is rendered, and one that fails leaves its lines out. Thread-safe.
 */
public final class Metrics {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    /** Upper bounds in seconds: from a cached read to a request that waits for an engine. */
    private static final double[] BOUNDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** The media type of {@link #render}. */
    public static String contentType() {
        return "text/plain; version=0.0.4; charset=utf-8";
    }

    /** A number with the values of its labels. */
    public record Sample(List<String> labels, double value) {
        public static Sample of(double value, String... labels) {
            return new Sample(List.of(labels), value);
        }
    }

    /** How often and how long, by labels. */
    public Timer timer(String name, String help, String... labels) {
        Timer timer = new Timer(List.of(labels));
        families.put(name, new Family(help, "histogram", out -> timer.render(name, out)));
        return timer;
    }

    /** A number that goes up and down. */
    public void gauge(
            String name, String help, List<String> labels, Supplier<Collection<Sample>> now) {
        values(name, help, "gauge", labels, now);
    }

    /** A number that only rises. */
    public void counter(
            String name, String help, List<String> labels, Supplier<Collection<Sample>> now) {
        values(name, help, "counter", labels, now);
    }

    private void values(
            String name,
            String help,
            String type,
            List<String> labels,
            Supplier<Collection<Sample>> now) {
        families.put(
                name,
                new Family(
                        help,
                        type,
                        out -> {
                            for (Sample sample : now.get()) {
                                line(out, name, labels, sample.labels(), "", sample.value());
                            }
                        }));
    }

    /** The whole page. */
    public String render() {
        StringBuilder page = new StringBuilder();
        families.forEach((name, family) -> {
            StringBuilder lines = new StringBuilder();
            try {
                family.lines().write(lines);
            } catch (RuntimeException e) {
                LOG.debug("{} cannot be told now", name, e);
                return;
            }
            page.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
            page.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
            page.append(lines);
        });
        return page.toString();
    }

    private static void line(
            StringBuilder out,
            String name,
            List<String> labels,
            List<String> values,
            String bound,
            double value) {
        out.append(name);
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            pairs.add(labels.get(i) + "=\"" + escaped(values.get(i)) + '"');
        }
        if (!bound.isEmpty()) {
            pairs.add("le=\"" + bound + '"');
        }
        if (!pairs.isEmpty()) {
            out.append('{').append(String.join(",", pairs)).append('}');
        }
        out.append(' ').append(number(value)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private record Family(String help, String type, Lines lines) {}

    @FunctionalInterface
    private interface Lines {
        void write(StringBuilder out);
    }

    /** A histogram of durations per combination of label values. */
    public static final class Timer {
        private final List<String> labels;
        private final Map<List<String>, Series> all = new ConcurrentHashMap<>();

        private Timer(List<String> labels) {
            this.labels = labels;
        }

        /** Counts one event. The values come in the order of the labels. */
        public void record(Duration took, String... values) {
            all.computeIfAbsent(List.of(values), key -> new Series()).add(took);
        }

        private void render(String name, StringBuilder out) {
            all.entrySet().stream()
                    .sorted(Comparator.comparing(each -> each.getKey().toString()))
                    .forEach(each -> each.getValue().render(name, labels, each.getKey(), out));
        }
    }

    private static final class Series {
        private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Series() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        void add(Duration took) {
            double seconds = took.toNanos() / 1e9;
            int i = 0;
            while (i < BOUNDS.length && seconds > BOUNDS[i]) {
                i++;
            }
            buckets[i].increment();
            nanos.add(took.toNanos());
        }

        void render(String name, List<String> labels, List<String> values, StringBuilder out) {
            long count = 0;
            for (int i = 0; i < buckets.length; i++) {
                count += buckets[i].sum();
                String bound = i < BOUNDS.length ? number(BOUNDS[i]) : "+Inf";
                line(out, name + "_bucket", labels, values, bound, count);
            }
            line(out, name + "_sum", labels, values, "", nanos.sum() / 1e9);
            line(out, name + "_count", labels, values, "", count);
        }
    }
}
