package org.monostack.driver.fake;

import java.nio.ByteBuffer;

/** Writes qcow2 files whose disks hold nothing but zeros: all metadata and no data cluster. */
final class EmptyQcow2 {

    private static final int MAGIC = 0x514649fb;
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;

    /** An entry of the first table stands for 8192 clusters of 64 KiB. */
    private static final long BYTES_PER_ENTRY = 8192L * CLUSTER;

    private EmptyQcow2() {}

    /** Header, reference table, reference block, first mapping table: one cluster each. */
    static byte[] ofGibibytes(int gibibytes) {
        long size = (long) gibibytes << 30;
        ByteBuffer file = ByteBuffer.allocate(4 * CLUSTER);
        file.putInt(MAGIC)
                .putInt(2)
                .putLong(0) // no backing file
                .putInt(0)
                .putInt(CLUSTER_BITS)
                .putLong(size)
                .putInt(0) // not encrypted
                .putInt((int) ((size + BYTES_PER_ENTRY - 1) / BYTES_PER_ENTRY))
                .putLong(3L * CLUSTER)
                .putLong(CLUSTER)
                .putInt(1)
                .putInt(0) // no snapshots
                .putLong(0);
        file.putLong(CLUSTER, 2L * CLUSTER);
        for (int cluster = 0; cluster < 4; cluster++) {
            file.putShort(2 * CLUSTER + 2 * cluster, (short) 1);
        }
        return file.array();
    }
}
