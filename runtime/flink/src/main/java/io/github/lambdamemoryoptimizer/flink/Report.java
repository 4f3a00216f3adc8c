package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A usable record of the telemetry stream: its time in epoch milliseconds, its function, and its figures. */
record Report(long timeMs, long version, int memorySizeMB, Figures figures) {
    private static final int MAX_BYTES = 3 * Varints.MAX_BYTES + Figures.MAX_BYTES;

    byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
        Varints.write(buffer, timeMs);
        Varints.write(buffer, version);
        Varints.write(buffer, memorySizeMB);
        figures.write(buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** @param bytes of {@link #toBytes}. */
    static Report of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Report(
                Varints.read(buffer), Varints.read(buffer), (int) Varints.read(buffer), Figures.read(buffer));
    }
}
