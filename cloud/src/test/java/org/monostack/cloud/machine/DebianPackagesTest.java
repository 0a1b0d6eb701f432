package org.monostack.cloud.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianPackagesTest {

    @TempDir private Path directory;

    @Test
    void readsListsWithCommentsOnce() throws Exception {
        Path one = Files.writeString(directory.resolve("one"), "# tools\niproute2  # ip\n\nsed\n");
        Path two = Files.writeString(directory.resolve("two"), "sed\nawk\n");
        assertThat(DebianPackages.read(List.of(one, two)))
                .containsExactly("iproute2", "sed", "awk");
        assertThatThrownBy(() -> DebianPackages.read(List.of(directory.resolve("none"))))
                .isInstanceOf(LaunchFailed.class);
    }

    @Test
    void whatNobodyKnowsIsMissing() {
        if (DebianPackages.available()) {
            DebianPackages packages = new DebianPackages(List.of(), line -> {});
            assertThat(packages.missing(List.of("dpkg", "no-such-package-at-all")))
                    .containsExactly("no-such-package-at-all");
        }
    }

    @Test
    void theShellTellsLinesAndStatus() {
        Shell.Result result = Shell.run(List.of("sh", "-c", "echo one; echo two >&2; exit 3"));
        assertThat(result.ok()).isFalse();
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.tail()).isEqualTo("one\ntwo");
        assertThatThrownBy(() -> Shell.run(List.of("/no/such/program")))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("/no/such/program");
    }
}
