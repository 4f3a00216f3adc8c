package io.github.lambdamemoryoptimizer.flink;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.types.Row;

/** DAILY_PEAKS: the daily peaks of a window that has no fixed length, by buckets that are aligned to the epoch. */
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
        /** {@link Peak}s by bucket. */
        public Map<Long, Integer> peaks = new HashMap<>();
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
        accumulator.peaks.merge(
                Math.floorDiv(eventTime.toEpochMilli(), bucketMs), Peak.of(maxMemoryUsedMB, isAtCap), Math::max);
    }

    public void merge(Accumulator accumulator, Iterable<Accumulator> others) {
        for (Accumulator other : others) {
            other.peaks.forEach((bucket, peak) -> accumulator.peaks.merge(bucket, peak, Math::max));
        }
    }

    @Override
    public Row getValue(Accumulator accumulator) {
        return Peak.summary(
                accumulator.peaks.values().stream().mapToInt(Integer::intValue).toArray(), percentile);
    }
}
