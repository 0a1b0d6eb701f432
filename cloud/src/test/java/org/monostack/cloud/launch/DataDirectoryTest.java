package org.monostack.cloud.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.localconf.LocalConfParser;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.Machine;

class DataDirectoryTest {

    @TempDir private Path directory;

    private CloudConfig config(String more) {
        return CloudConfig.of(
                LocalConfParser.parse("DATA_DIR=" + directory.resolve("data") + "\n" + more),
                Map.of(),
                new Machine());
    }

    @Test
    void makesPrivateDirectories() throws Exception {
        CloudConfig config = config("VIRT_DRIVER=fake\n");
        DataDirectory data = DataDirectory.of(config);
        assertThat(data.ours()).isFalse();
        data.prepare(config);
        data.prepare(config);
        assertThat(data.ours()).isTrue();
        for (Path made : new Path[] {data.root(), data.run(), data.root().resolve("private")}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .as(made.toString())
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesDataOfAnotherDriver() throws Exception {
        CloudConfig config = config("VIRT_DRIVER=fake\n");
        DataDirectory data = DataDirectory.of(config);
        data.prepare(config);
        Files.writeString(data.root().resolve(".monostack"), "libvirt\n");
        assertThatThrownBy(() -> data.prepare(config))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("VIRT_DRIVER=libvirt");
    }

    @Test
    void madeUpPasswordsStayAndGivenOnesWin() throws Exception {
        CloudConfig config = config("VIRT_DRIVER=fake\nSERVICE_PASSWORD=given\n");
        DataDirectory.of(config).prepare(config);
        assertThat(Credentials.find(config)).isEmpty();

        Credentials first = Credentials.ensure(config);
        assertThat(first.admin()).hasSizeGreaterThanOrEqualTo(16);
        assertThat(first.service()).isEqualTo("given");
        assertThat(Credentials.ensure(config)).isEqualTo(first);
        assertThat(Credentials.find(config)).contains(first);
        assertThat(first.toString()).doesNotContain("given");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(
                                        DataDirectory.of(config).credentials())))
                .isEqualTo("rw-------");

        Credentials changed =
                Credentials.ensure(config("VIRT_DRIVER=fake\nADMIN_PASSWORD=\"new'one\"\n"));
        assertThat(changed.admin()).isEqualTo("new'one");
        assertThat(changed.service()).isEqualTo("given");
        assertThat(changed.database()).isEqualTo(first.database());
    }

    @Test
    void writesCloudsThatAYamlReaderUnderstands() throws Exception {
        CloudConfig config = config("VIRT_DRIVER=fake\nADMIN_PASSWORD=\"it's: #1\"\n");
        DataDirectory.of(config).prepare(config);
        Endpoints endpoints = new Endpoints(Map.of("identity", "http://127.0.0.1:5000"));
        Path file = directory.resolve("clouds.yaml");
        CloudsYaml.write(file, config, endpoints, Credentials.ensure(config));
        Object yaml =
                new org.snakeyaml.engine.v2.api.Load(
                                org.snakeyaml.engine.v2.api.LoadSettings.builder().build())
                        .loadFromString(Files.readString(file));
        assertThat(yaml.toString())
                .contains(
                        "devstack-admin={",
                        "password=it's: #1",
                        "auth_url=http://127.0.0.1:5000/v3");
    }
}
