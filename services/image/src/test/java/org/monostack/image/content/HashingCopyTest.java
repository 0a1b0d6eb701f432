package org.monostack.image.content;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copying onto a disk that is full. */
class HashingCopyTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3 << 20})
    void aFullDiskIsToldFromOtherFailures(int length) {
        WritableByteChannel full =
                new WritableByteChannel() {
                    @Override
                    public int write(ByteBuffer source) throws IOException {
                        throw new IOException("No space left on device");
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {}
                };
        assertThatThrownBy(() ->
                        new HashingCopy(
                                        new ByteArrayInputStream(new byte[length]),
                                        full,
                                        Long.MAX_VALUE)
                                .run())
                .isInstanceOf(StorageFull.class);
    }
}
