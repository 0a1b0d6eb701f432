package org.monostack.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    @TempDir Path directory;

    @Test
    void linesAcrossBothFiles() throws IOException {
        Path log = directory.resolve("console.log");
        assertThat(ConsoleLog.tail(log, 10)).isEmpty();
        Files.writeString(directory.resolve("console.log.0"), numbered(0, 5000) + "half a ");
        Files.writeString(log, "line\n" + numbered(5000, 6000) + "login: ");

        assertThat(ConsoleLog.tail(log, 0)).isEmpty();
        assertThat(ConsoleLog.tail(log, 1)).isEqualTo("login: ");
        assertThat(ConsoleLog.tail(log, 2)).isEqualTo("line 5999\nlogin: ");
        assertThat(ConsoleLog.tail(log, 1001)).startsWith("line 5000\n");
        assertThat(ConsoleLog.tail(log, 1002)).startsWith("half a line\nline 5000\n");
        assertThat(ConsoleLog.tail(log, 1003)).startsWith("line 4999\nhalf a line\n");
        assertThat(ConsoleLog.tail(log, 4000)).hasLineCount(4000);
        assertThat(ConsoleLog.tail(log, 100_000)).startsWith("line 0\n");
        assertThat(ConsoleLog.tail(log, -1)).startsWith("line 0\n").endsWith("login: ");
    }

    private static String numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "line " + i + "\n")
                .collect(Collectors.joining());
    }
}
