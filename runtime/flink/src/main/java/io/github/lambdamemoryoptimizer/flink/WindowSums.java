package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.flink.types.Row;

/** The totals of a function's window, and their form in state: a few bytes, because every function has one. */
final class WindowSums {
    /** What {@link #toRow} returns. */
    static final String TYPE = "activeDays BIGINT, averageDailyPeakMB DOUBLE, percentileDailyPeakMB DOUBLE, peakMB INT,"
            + " cappedMemorySizeMB INT, invocations BIGINT, errors BIGINT, timeouts BIGINT, outOfMemory BIGINT,"
            + " billedMBMs DOUBLE, functionVersion STRING, memorySizeMB INT, atMemorySize " + Figures.TYPE;

    static final byte[] NONE = {};

    private byte[] peaks = PackedPeaks.NONE;
    /** The last record's time, then its memory size: of two at the same time, the larger size is the later. */
    private long lastTimeMs;
    private int lastMemorySizeMB;
    private FiguresByKey bySize = new FiguresByKey();
    private InvocationsByVersion byVersion = new InvocationsByVersion();

    /** @param bucket of the report, counted from any moment before it. */
    void add(Report report, long bucket) {
        peaks = PackedPeaks.with(peaks, bucket, report.figures().peak);
        see(report.timeMs(), report.memorySizeMB());
        bySize.add(FiguresByKey.key(0, report.memorySizeMB()), report.figures());
        byVersion.add(report.version(), report.figures().invocations);
    }

    void merge(WindowSums other) {
        peaks = PackedPeaks.merge(peaks, other.peaks);
        see(other.lastTimeMs, other.lastMemorySizeMB);
        bySize.merge(other.bySize);
        byVersion.merge(other.byVersion);
    }

    private void see(long timeMs, int memorySizeMB) {
        if (timeMs > lastTimeMs || (timeMs == lastTimeMs && memorySizeMB > lastMemorySizeMB)) {
            lastTimeMs = timeMs;
            lastMemorySizeMB = memorySizeMB;
        }
    }

    /** @param percentile from 0 to 1. */
    Row toRow(double percentile) {
        IntStream.Builder values = IntStream.builder();
        PackedPeaks.forEach(peaks, values);
        Figures total = bySize.total();
        Long version = byVersion.most();
        Figures last = bySize.get(FiguresByKey.key(0, lastMemorySizeMB));
        return Row.join(
                Peak.summary(values.build().toArray(), percentile),
                Row.of(
                        bySize.cappedMemorySizeMB(),
                        total.invocations,
                        total.errors,
                        total.timeouts,
                        total.outOfMemory,
                        bySize.billedMBMs(),
                        // Flink also asks for the value of an empty accumulator where windows share slices.
                        version == null ? null : FunctionVersion.text(version),
                        lastMemorySizeMB,
                        last == null ? null : last.toRow()));
    }

    byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(
                peaks.length + 3 * Varints.MAX_BYTES + bySize.maxBytes() + byVersion.maxBytes());
        Varints.write(buffer, peaks.length);
        buffer.put(peaks);
        Varints.write(buffer, lastTimeMs);
        Varints.write(buffer, lastMemorySizeMB);
        bySize.write(buffer);
        byVersion.write(buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** @param bytes of {@link #toBytes}, or {@link #NONE}. */
    static WindowSums of(byte[] bytes) {
        WindowSums sums = new WindowSums();
        if (bytes.length == 0) {
            return sums;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        sums.peaks = new byte[(int) Varints.read(buffer)];
        buffer.get(sums.peaks);
        sums.lastTimeMs = Varints.read(buffer);
        sums.lastMemorySizeMB = (int) Varints.read(buffer);
        sums.bySize = FiguresByKey.read(buffer);
        sums.byVersion = InvocationsByVersion.read(buffer);
        return sums;
    }
}
