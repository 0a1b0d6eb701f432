package org.monostack.driver.libvirt.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Reads back, by both sets of names, what {@link IsoImage} wrote. */
class IsoImageTest {

    @Test
    void filesAreFoundUnderTheirNames() {
        Map<String, byte[]> files = new HashMap<>();
        files.put("openstack/latest/meta_data.json", "{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
        files.put("openstack/latest/user_data", new byte[5000]);
        files.put("openstack/2018-08-27/network_data.json", new byte[] {1});
        files.put("openstack/content/0000", new byte[0]);
        files.put("ec2/latest/meta-data.json", new byte[2048]);
        for (int i = 0; i < 100; i++) {
            files.put("many/a-file-with-a-rather-long-name-number-" + i, new byte[] {(byte) i});
        }
        byte[] iso = IsoImage.of("config-2", files);

        assertThat(iso.length % 2048).isZero();
        assertThat(new String(iso, 16 * 2048 + 40, 8, StandardCharsets.US_ASCII))
                .isEqualTo("config-2");
        assertThat(new String(iso, 17 * 2048 + 40, 16, StandardCharsets.UTF_16BE))
                .isEqualTo("config-2");
        Map<String, byte[]> joliet = new TreeMap<>();
        collect(iso, 17 * 2048 + 156, "", true, joliet);
        assertThat(joliet).containsOnlyKeys(files.keySet());
        joliet.forEach((name, content) -> assertThat(content).isEqualTo(files.get(name)));
        Map<String, byte[]> plain = new TreeMap<>();
        collect(iso, 16 * 2048 + 156, "", false, plain);
        assertThat(plain).hasSameSizeAs(files).containsKey("openstack/latest/meta_data.json");
    }

    @Test
    void sameFilesSameBytes() {
        Map<String, byte[]> files = Map.of("a/b", new byte[] {1}, "c", new byte[] {2});
        assertThat(IsoImage.of("x", files)).isEqualTo(IsoImage.of("x", new TreeMap<>(files)));
    }

    @Test
    void badNamesAreRefused() {
        assertThatThrownBy(() -> IsoImage.of("x", Map.of("../etc", new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void collect(
            byte[] iso, int record, String path, boolean joliet, Map<String, byte[]> found) {
        int start = number(iso, record + 2) * 2048;
        int size = number(iso, record + 10);
        for (int at = start; at < start + size; ) {
            int length = iso[at] & 255;
            if (length == 0) {
                at = (at / 2048 + 1) * 2048;
                continue;
            }
            int nameLength = iso[at + 32];
            boolean self = nameLength == 1 && iso[at + 33] <= 1;
            if (!self) {
                String name =
                        new String(
                                        iso,
                                        at + 33,
                                        nameLength,
                                        joliet
                                                ? StandardCharsets.UTF_16BE
                                                : StandardCharsets.ISO_8859_1)
                                .replace(";1", "");
                if ((iso[at + 25] & 2) != 0) {
                    collect(iso, at, path + name + "/", joliet, found);
                } else {
                    int content = number(iso, at + 2) * 2048;
                    byte[] bytes = new byte[number(iso, at + 10)];
                    System.arraycopy(iso, content, bytes, 0, bytes.length);
                    found.put(path + name, bytes);
                }
            }
            at += length;
        }
    }

    private static int number(byte[] iso, int at) {
        return iso[at] & 255
                | (iso[at + 1] & 255) << 8
                | (iso[at + 2] & 255) << 16
                | (iso[at + 3] & 255) << 24;
    }
}
