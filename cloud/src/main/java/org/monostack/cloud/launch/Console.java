package org.monostack.cloud.launch;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What stack.sh prints: a line per step with its seconds, and a sign of life for steps that take
 * longer. Everything also goes to the log file, if there is one. Used by one thread.
 */
final class Console {

    private static final long SIGN_OF_LIFE_NANOS = 3_000_000_000L;

    private final PrintStream out;
    private final boolean verbose;
    private final boolean color;
    private final long started = System.nanoTime();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private Optional<PrintStream> log = Optional.empty();

    private record Pending(long since, boolean announced) {}

    Console(PrintStream out, boolean verbose, boolean color) {
        this.out = out;
        this.verbose = verbose;
        this.color = color && System.console() != null && System.console().isTerminal();
    }

    void logTo(OutputStream file) {
        log = Optional.of(new PrintStream(file, true, StandardCharsets.UTF_8));
    }

    void begin(String step) {
        pending.put(step, new Pending(System.nanoTime(), false));
    }

    void done(String step, String result) {
        Pending begun = pending.remove(step);
        double seconds = begun == null ? 0 : (System.nanoTime() - begun.since()) / 1e9;
        step(String.format(Locale.ROOT, "%7.1f s  ", seconds), step, result);
    }

    /** Called every now and then: names steps that have been under way for a while. */
    void tick() {
        long now = System.nanoTime();
        pending.replaceAll((step, state) -> {
            if (!state.announced() && now - state.since() > SIGN_OF_LIFE_NANOS) {
                step("      ...  ", step, "");
                return new Pending(state.since(), true);
            }
            return state;
        });
    }

    private void step(String time, String step, String result) {
        String text = result.isEmpty() ? step : step + ": " + result;
        log.ifPresent(file -> file.println(time + text));
        if (verbose) {
            out.println((color ? "\u001b[32m" + time + "\u001b[0m" : time) + text);
        }
    }

    /** What only the log file gets. */
    void detail(String text) {
        log.ifPresent(file -> file.println(text));
    }

    /** What the user gets even when not verbose. */
    void say(String text) {
        log.ifPresent(file -> file.println(text));
        out.println(text);
    }

    /** What the user sees and no file keeps. */
    void whisper(String text) {
        out.println(text);
    }

    void failure(String text) {
        log.ifPresent(file -> file.println(text));
        out.println(color ? "\u001b[31m" + text + "\u001b[0m" : text);
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }
}
