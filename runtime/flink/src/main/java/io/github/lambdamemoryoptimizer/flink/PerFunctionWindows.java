package io.github.lambdamemoryoptimizer.flink;

import static org.apache.flink.table.annotation.ArgumentTrait.SET_SEMANTIC_TABLE;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/**
 * PER_FUNCTION_WINDOWS: windows that start at a function's own first report, close {@code windowLength} later, and
 * start afresh with the first report after that. Buckets are counted from the window's start.
 *
 * <p>A window's start is certain only when event time has reached it: an earlier report may still come. Until then,
 * and for reports that belong to the next window, reports wait as they are.
 *
 * <p>Event time comes within the report (see {@link PackedReport}), not as {@code on_time}: Flink 2.2 leaves out,
 * silently, every row whose {@code on_time} is behind the watermark, though its window is still open
 * (FLINK-39436).
 */
@FunctionHint(
        output = @DataTypeHint("ROW<windowStart TIMESTAMP_LTZ(3), windowEnd TIMESTAMP_LTZ(3), " + WindowSums.TYPE + ">"))
public final class PerFunctionWindows extends ProcessTableFunction<Row> {
    private static final long serialVersionUID = 1;

    /** table.exec.state.ttl is for memory pressure alone (see {@link MemoryOptimizerJob}); this state never expires. */
    private static final String KEPT = "0 s";

    private final long windowMs;
    private final long bucketMs;
    private final double percentile;
    private transient Counter lateRecords;

    /** @param percentile from 0 to 1. */
    PerFunctionWindows(Duration windowLength, Duration bucketLength, double percentile) {
        this.windowMs = windowLength.toMillis();
        this.bucketMs = bucketLength.toMillis();
        this.percentile = percentile;
    }

    /** A function's open window, if it has one; times in epoch milliseconds. Public fields, as Flink requires. */
    public static final class Window {
        /** Null while no window is open. */
        public Long start;
        /** The end of the window before, kept for good: after a restart, a late report may come before event time. */
        public Long previousEnd;
        /** The earliest report that waits, so that the others needn't be read to know it; null where none waits. */
        public Long firstWaiting;
        /** {@link WindowSums} of the open window. */
        public byte[] sums = WindowSums.NONE;
    }

    @Override
    public void open(FunctionContext context) {
        lateRecords = Metrics.counter(context, "lateRecords");
    }

    public void eval(
            Context context,
            @StateHint(ttl = KEPT) Window window,
            @StateHint(ttl = KEPT) ListView<byte[]> waiting,
            @ArgumentHint(SET_SEMANTIC_TABLE) Row input)
            throws Exception {
        TimeContext<Long> time = context.timeContext(Long.class);
        byte[] packed = input.getFieldAs("report");
        Report report = Report.of(packed);
        if (isLate(report.timeMs(), window, watermark(time))) {
            lateRecords.inc();
        } else if (window.start != null && report.timeMs() < window.start + windowMs) {
            WindowSums sums = WindowSums.of(window.sums);
            add(report, window, sums);
            window.sums = sums.toBytes();
        } else {
            waiting.add(packed);
            if (window.firstWaiting == null || report.timeMs() < window.firstWaiting) {
                window.firstWaiting = report.timeMs();
                // An open window's timer is set; rows that wait for its end need none of their own.
                if (window.start == null) {
                    advance(time, window, waiting);
                }
            }
        }
    }

    public void onTimer(OnTimerContext context, Window window, ListView<byte[]> waiting) throws Exception {
        advance(context.timeContext(Long.class), window, waiting);
    }

    private boolean isLate(long time, Window window, long watermark) {
        if (window.start != null) {
            return time < window.start;
        }
        return (window.previousEnd != null && time < window.previousEnd) || time + windowMs <= watermark;
    }

    /** Opens and closes what event time has reached. */
    private void advance(TimeContext<Long> time, Window window, ListView<byte[]> waiting) throws Exception {
        // A timer for a time already reached would never fire, so loop.
        for (; ; ) {
            if (window.start == null && !open(time, window, waiting)) {
                return;
            }
            long end = window.start + windowMs;
            // As with Flink's own windows: after a watermark no earlier record follows.
            if (watermark(time) < end - 1) {
                time.registerOnTime(end - 1);
                return;
            }
            collect(Row.join(
                    Row.of(Instant.ofEpochMilli(window.start), Instant.ofEpochMilli(end)),
                    WindowSums.of(window.sums).toRow(percentile)));
            window.start = null;
            window.previousEnd = end;
            window.sums = WindowSums.NONE;
        }
    }

    /** Opens a window at the first report that waits; returns whether there is one, and event time has reached it. */
    private boolean open(TimeContext<Long> context, Window window, ListView<byte[]> waiting) throws Exception {
        if (window.firstWaiting == null) {
            return false;
        }
        if (watermark(context) < window.firstWaiting) {
            context.registerOnTime(window.firstWaiting);
            return false;
        }
        window.start = window.firstWaiting;
        window.firstWaiting = null;
        WindowSums sums = new WindowSums();
        List<byte[]> next = new ArrayList<>();
        for (byte[] packed : waiting.getList()) {
            Report report = Report.of(packed);
            long time = report.timeMs();
            if (time < window.start + windowMs) {
                add(report, window, sums);
            } else {
                next.add(packed);
                window.firstWaiting = window.firstWaiting == null ? time : Math.min(window.firstWaiting, time);
            }
        }
        waiting.setList(next);
        window.sums = sums.toBytes();
        return true;
    }

    private void add(Report report, Window window, WindowSums sums) {
        sums.add(report, (report.timeMs() - window.start) / bucketMs);
    }

    private static long watermark(TimeContext<Long> time) {
        Long watermark = time.currentWatermark();
        return watermark == null ? Long.MIN_VALUE : watermark;
    }
}
