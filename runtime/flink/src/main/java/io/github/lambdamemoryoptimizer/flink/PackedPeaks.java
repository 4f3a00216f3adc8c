package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A window's {@link Peak}s by bucket in three bytes each, for a window keeps them for every function: numbers of
 * variable length, by turns how many buckets later than the one before, and the peak.
 */
final class PackedPeaks {
    static final byte[] NONE = {};

    /** A number has seven bits a byte, and both of an entry at most ten bytes each. */
    private static final int MAX_ENTRY_BYTES = 20;

    private PackedPeaks() {}

    /** The peaks with one more; the greater one stays where the bucket has one. */
    static byte[] with(byte[] peaks, long bucket, int peak) {
        ByteBuffer before = ByteBuffer.wrap(peaks);
        ByteBuffer after = ByteBuffer.allocate(peaks.length + MAX_ENTRY_BYTES);
        long read = 0;
        long written = 0;
        boolean isIn = false;
        while (before.hasRemaining()) {
            read += number(before);
            long old = number(before);
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
            bucket += number(buffer);
            merged = with(merged, bucket, (int) number(buffer));
        }
        return merged;
    }

    static void forEach(byte[] peaks, IntConsumer peak) {
        ByteBuffer buffer = ByteBuffer.wrap(peaks);
        while (buffer.hasRemaining()) {
            number(buffer);
            peak.accept((int) number(buffer));
        }
    }

    private static long write(ByteBuffer buffer, long bucket, long bucketBefore, long peak) {
        writeNumber(buffer, bucket - bucketBefore);
        writeNumber(buffer, peak);
        return bucket;
    }

    private static void writeNumber(ByteBuffer buffer, long number) {
        long rest = number;
        for (; rest > 0x7f; rest >>>= 7) {
            buffer.put((byte) (rest & 0x7f | 0x80));
        }
        buffer.put((byte) rest);
    }

    private static long number(ByteBuffer buffer) {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }
}
