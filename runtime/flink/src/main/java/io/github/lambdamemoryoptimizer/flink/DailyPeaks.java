package io.github.lambdamemoryoptimizer.flink;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.types.Row;

/** DAILY_PEAKS: what a window's daily peaks come to, by buckets that are aligned to the epoch. */
@FunctionHint(output = @DataTypeHint(Peak.SUMMARY_TYPE))
public final class DailyPeaks extends AggregateFunction<Row, DailyPeaks.Accumulator> {
    private static final long serialVersionUID = 1;

    private final long bucketMs;
    private final double percentile;

    /** @param percentile from 0 to 1. */
    DailyPeaks(Duration bucketLength, double percentile) {
        this.bucketMs = bucketLength.toMillis();
        this.percentile = percentile;
    }

    /** Public with public fields, as Flink wants it. */
    public static final class Accumulator {
        /** {@link PackedPeaks}. */
        public byte[] peaks = PackedPeaks.NONE;
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    public void accumulate(
            Accumulator accumulator,
            @DataTypeHint("TIMESTAMP_LTZ(3)") Instant eventTime,
            Integer maxMemoryUsedMB,
            Boolean isAtCap) {
        // Never negative: usable reports are younger than the epoch.
        long bucket = eventTime.toEpochMilli() / bucketMs;
        accumulator.peaks = PackedPeaks.with(accumulator.peaks, bucket, Peak.of(maxMemoryUsedMB, isAtCap));
    }

    public void merge(Accumulator accumulator, Iterable<Accumulator> others) {
        for (Accumulator other : others) {
            accumulator.peaks = PackedPeaks.merge(accumulator.peaks, other.peaks);
        }
    }

    @Override
    public Row getValue(Accumulator accumulator) {
        IntStream.Builder peaks = IntStream.builder();
        PackedPeaks.forEach(accumulator.peaks, peaks);
        return Peak.summary(peaks.build().toArray(), percentile);
    }
}
