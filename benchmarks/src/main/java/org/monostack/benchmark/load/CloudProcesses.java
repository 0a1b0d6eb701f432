package org.monostack.benchmark.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The cloud's processes, where they run on this machine: what they cost, from Linux's own account.
 *
 * @param ids process ids by what they are called; empty for a cloud elsewhere
 */
public record CloudProcesses(Map<String, Long> ids) {

    /** Linux counts in ticks of this length, whatever its timer does. */
    private static final int MILLIS_PER_TICK = 10;

    /** Processor time of all of them so far. */
    double cpuMillis() {
        double sum = 0;
        for (long id : ids.values()) {
            sum += ticks(id) * MILLIS_PER_TICK;
        }
        return sum;
    }

    private static long ticks(long id) {
        try {
            String[] fields = stat(id);
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * What follows the name, which is in parentheses and may hold spaces: user and system time are
     * the twelfth and thirteenth field, the start after boot is the twentieth.
     */
    private static String[] stat(long id) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + id + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    /**
     * Seconds since a process began, to a hundredth. The JDK's start instants are up to a second
     * off, since they are counted from the machine's boot in whole seconds.
     */
    public static double age(long id) throws IOException {
        String uptime = Files.readString(Path.of("/proc/uptime"));
        return Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')))
                - Long.parseLong(stat(id)[19]) * MILLIS_PER_TICK / 1e3;
    }

    /**
     * Records the memory of each, pages shared with others counted by their share (PSS).
     *
     * @param when such as {@code at_1000} servers
     */
    public void recordMemory(Results results, String when) throws IOException {
        double total = 0;
        for (Map.Entry<String, Long> each : ids.entrySet()) {
            double megabytes = megabytes(each.getValue());
            total += megabytes;
            results.flow("memory", each.getKey() + "_pss_" + when, megabytes, "MB", 1);
        }
        if (!ids.isEmpty()) {
            results.flow("memory", "total_pss_" + when, total, "MB", 1);
        }
    }

    private static double megabytes(long id) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + id + "/smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        return 0;
    }
}
