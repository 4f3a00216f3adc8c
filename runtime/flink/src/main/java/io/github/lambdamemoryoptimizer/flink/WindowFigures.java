package io.github.lambdamemoryoptimizer.flink;

import java.time.Duration;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.types.Row;

/** WINDOW_FIGURES: what a window's reports come to ({@link WindowSums}), by buckets that are aligned to the epoch. */
@FunctionHint(output = @DataTypeHint("ROW<" + WindowSums.TYPE + ">"))
public final class WindowFigures extends AggregateFunction<Row, WindowFigures.Accumulator> {
    private static final long serialVersionUID = 1;

    private final long bucketMs;
    private final double percentile;

    /** @param percentile from 0 to 1. */
    WindowFigures(Duration bucketLength, double percentile) {
        this.bucketMs = bucketLength.toMillis();
        this.percentile = percentile;
    }

    /** Public, with getter and setter, as Flink requires; packed only when Flink asks for its value. */
    public static final class Accumulator {
        private byte[] packed = WindowSums.NONE;
        private transient WindowSums sums;

        public byte[] getPacked() {
            return sums == null ? packed : sums.toBytes();
        }

        public void setPacked(byte[] packed) {
            this.packed = packed;
            this.sums = null;
        }

        private WindowSums sums() {
            if (sums == null) {
                sums = WindowSums.of(packed);
            }
            return sums;
        }
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    /** @param report of PACKED_REPORT. */
    public void accumulate(Accumulator accumulator, byte[] report) {
        Report unpacked = Report.of(report);
        // Never negative: usable reports are younger than the epoch.
        accumulator.sums().add(unpacked, unpacked.timeMs() / bucketMs);
    }

    public void merge(Accumulator accumulator, Iterable<Accumulator> others) {
        for (Accumulator other : others) {
            accumulator.sums().merge(other.sums());
        }
    }

    @Override
    public Row getValue(Accumulator accumulator) {
        return accumulator.sums().toRow(percentile);
    }
}
