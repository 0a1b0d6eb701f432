package org.monostack.cloud.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartReportTest {

    @TempDir private Path directory;

    @Test
    void tellsStepsInOrder() throws Exception {
        StartReport report = new StartReport(directory.resolve("progress"));
        report.clear();
        report.step("MariaDB", () -> "port 3306");
        report.note("two\nlines\tand a tab");
        report.ready();

        assertThat(new StartReport(directory.resolve("progress")).events())
                .containsExactly(
                        new StartReport.Event(StartReport.Kind.BEGIN, "MariaDB", ""),
                        new StartReport.Event(StartReport.Kind.DONE, "MariaDB", "port 3306"),
                        new StartReport.Event(StartReport.Kind.NOTE, "", "two\nlines and a tab"),
                        new StartReport.Event(StartReport.Kind.READY, "", ""));
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("progress"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aStepThatFailsIsNotDone() {
        StartReport report = new StartReport(directory.resolve("progress"));
        assertThatThrownBy(() ->
                        report.step(
                                "OVN",
                                () -> {
                                    throw new IllegalStateException("no");
                                }))
                .hasMessage("no");
        assertThat(report.events()).hasSize(1);
    }

    @Test
    void aLineThatIsBeingWrittenIsNotReadYet() throws Exception {
        Path file = directory.resolve("progress");
        StartReport report = new StartReport(file);
        assertThat(report.events()).isEmpty();
        report.note("whole");
        Files.writeString(file, "NOTE\t\thal", StandardOpenOption.APPEND);
        assertThat(report.events()).hasSize(1);
    }
}
