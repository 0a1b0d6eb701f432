package org.monostack.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.cloud.machine.LaunchFailed;

class PolicyOverridesTest {

    @TempDir Path directory;

    @Test
    void eachServiceHasItsOwnFile() throws IOException {
        write("nova/policy.yaml", "os_compute_api:servers:create: role:booter\n");
        write("neutron/policy.json", "{\"create_network\": [[\"role:admin\"], [\"role:netter\"]]}");
        PolicyOverrides overrides = new PolicyOverrides(directory);
        assertThat(overrides.of("nova"))
                .containsEntry("os_compute_api:servers:create", "role:booter");
        assertThat(overrides.of("neutron"))
                .containsEntry(
                        "create_network", List.of(List.of("role:admin"), List.of("role:netter")));
        assertThat(overrides.of("glance")).isEmpty();
    }

    @Test
    void aFileThatDoesNotParseStopsTheStartAndIsNamed() throws IOException {
        write("glance/policy.yaml", "- a list\n");
        assertThatThrownBy(() -> new PolicyOverrides(directory).of("glance"))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("glance/policy.yaml");
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
