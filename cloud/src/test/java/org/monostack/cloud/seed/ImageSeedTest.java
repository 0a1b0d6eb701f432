package org.monostack.cloud.seed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSeedTest {

    @ParameterizedTest
    @CsvSource({
        "http://download.cirros-cloud.net/0.3.4/cirros-0.3.4-x86_64-disk.img, cirros-0.3.4-x86_64-disk",
        "https://example.org/a/debian-12.qcow2?x=1, debian-12",
        "file:///srv/disk.raw, disk",
        "http://example.org/plain, plain",
    })
    void namesImagesAsDevStackDoes(String url, String name) {
        assertThat(ImageSeed.nameOf(url)).isEqualTo(name);
    }
}
