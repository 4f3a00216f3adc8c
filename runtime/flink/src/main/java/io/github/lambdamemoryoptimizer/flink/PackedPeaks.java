package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A window's {@link Peak}s by bucket in three bytes each, because a window keeps them for every function: {@link
 * Varints}, alternating: the number of buckets since the previous one, and the peak.
 */
final class PackedPeaks {
    static final byte[] NONE = {};

    private static final int MAX_ENTRY_BYTES = 2 * Varints.MAX_BYTES;

    private PackedPeaks() {}

    /** The peaks with one more; the greater one stays where the bucket has one. */
    static byte[] with(byte[] peaks, long bucket, int peak) {
        ByteBuffer before = ByteBuffer.wrap(peaks);
        ByteBuffer after = ByteBuffer.allocate(peaks.length + MAX_ENTRY_BYTES);
        long read = 0;
        long written = 0;
        boolean isIn = false;
        while (before.hasRemaining()) {
            read += Varints.read(before);
            long old = Varints.read(before);
            if (read == bucket && old >= peak) {
                return peaks;
            }
            if (!isIn && read >= bucket) {
                written = write(after, bucket, written, peak);
                isIn = true;
            }
            if (read != bucket) {
                written = write(after, read, written, old);
            }
        }
        if (!isIn) {
            write(after, bucket, written, peak);
        }
        return Arrays.copyOf(after.array(), after.position());
    }

    static byte[] merge(byte[] peaks, byte[] others) {
        byte[] merged = peaks;
        ByteBuffer buffer = ByteBuffer.wrap(others);
        long bucket = 0;
        while (buffer.hasRemaining()) {
            bucket += Varints.read(buffer);
            merged = with(merged, bucket, (int) Varints.read(buffer));
        }
        return merged;
    }

    static void forEach(byte[] peaks, IntConsumer peak) {
        ByteBuffer buffer = ByteBuffer.wrap(peaks);
        while (buffer.hasRemaining()) {
            Varints.read(buffer);
            peak.accept((int) Varints.read(buffer));
        }
    }

    private static long write(ByteBuffer buffer, long bucket, long bucketBefore, long peak) {
        Varints.write(buffer, bucket - bucketBefore);
        Varints.write(buffer, peak);
        return bucket;
    }
}
