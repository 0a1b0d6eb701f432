package org.monostack.cloud.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * How the background process tells whoever waits for it what it is doing: one line per event in a
 * file, appended by steps that may run at the same time. The last line is ready or failed.
 */
public final class StartReport {

    /** What a line tells. */
    public enum Kind {
        BEGIN,
        DONE,
        NOTE,
        FAILED,
        READY
    }

    /**
     * One line.
     *
     * @param step what is being done
     * @param text for DONE, what came of it; for NOTE and FAILED, what to tell the user
     */
    public record Event(Kind kind, String step, String text) {}

    private final Path file;

    public StartReport(Path file) {
        this.file = file;
    }

    /** Forgets what an earlier start reported. */
    public void clear() {
        try {
            Files.deleteIfExists(file);
            Files0600.touch(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Runs a step between its two lines; its result is shown. */
    public <T> T step(String name, Callable<T> step, Function<T, String> result) throws Exception {
        tell(new Event(Kind.BEGIN, name, ""));
        T made = step.call();
        tell(new Event(Kind.DONE, name, result.apply(made)));
        return made;
    }

    /** The same for a step that only has something to say. */
    public String step(String name, Callable<String> step) throws Exception {
        return step(name, step, text -> text);
    }

    public void note(String text) {
        tell(new Event(Kind.NOTE, "", text));
    }

    public void failed(String text) {
        tell(new Event(Kind.FAILED, "", text));
    }

    public void ready() {
        tell(new Event(Kind.READY, "", ""));
    }

    private synchronized void tell(Event event) {
        String line =
                event.kind()
                        + "\t"
                        + event.step().replaceAll("[\\t\\n]", " ")
                        + "\t"
                        + event.text().replace("\t", " ").replace("\n", "\u2028")
                        + "\n";
        try {
            Files.write(
                    file,
                    line.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The whole lines written so far. */
    public List<Event> events() {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String text = Files.readString(file);
            List<Event> events = new ArrayList<>();
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
                String[] fields = line.split("\t", -1);
                if (fields.length == 3) {
                    events.add(
                            new Event(
                                    Kind.valueOf(fields[0]),
                                    fields[1],
                                    fields[2].replace("\u2028", "\n")));
                }
            }
            return events;
        } catch (IOException e) {
            return List.of();
        }
    }
}
