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
import org.apache.flink.table.api.dataview.MapView;
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
 * <p>Event time comes as a column like any other, not as {@code on_time}: Flink 2.2 leaves out, without a word, every
 * row whose {@code on_time} is behind the watermark, though its window is still open (FLINK-39436).
 */
@FunctionHint(
        output =
                @DataTypeHint(
                        "ROW<windowStart TIMESTAMP_LTZ(3), windowEnd TIMESTAMP_LTZ(3), activeDays BIGINT,"
                                + " averageDailyPeakMB DOUBLE, percentileDailyPeakMB DOUBLE, peakMB INT,"
                                + " cappedMemorySizeMB INT, invocations BIGINT, errors BIGINT, timeouts BIGINT,"
                                + " outOfMemory BIGINT, billedMBMs BIGINT, lastSeen STRING>"))
public final class PerFunctionWindows extends ProcessTableFunction<Row> {
    private static final long serialVersionUID = 1;

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

    /** A function's open window, if it has one; times in epoch milliseconds. Public fields, as Flink wants them. */
    public static final class Window {
        /** Null while no window is open. */
        public Long start;
        /** The end of the window before, kept for good: after a restart, a late report may come before event time. */
        public Long previousEnd;

        public Sums sums = new Sums();
    }

    /** A report that waits. */
    public static final class Report {
        public long time;
        /** A {@link Peak}. */
        public int peak;

        public Sums sums = new Sums();
    }

    /** All of a window or a report but its peaks. */
    public static final class Sums {
        /** Null where nothing was at its cap. */
        public Integer cappedMemorySizeMB;

        public long invocations;
        public long errors;
        public long timeouts;
        public long outOfMemory;
        public long billedMBMs;
        public String lastSeen;

        void add(Sums more) {
            cappedMemorySizeMB = greater(cappedMemorySizeMB, more.cappedMemorySizeMB);
            invocations += more.invocations;
            errors += more.errors;
            timeouts += more.timeouts;
            outOfMemory += more.outOfMemory;
            billedMBMs += more.billedMBMs;
            lastSeen = greater(lastSeen, more.lastSeen);
        }
    }

    @Override
    public void open(FunctionContext context) {
        lateRecords = Metrics.counter(context, "lateRecords");
    }

    public void eval(
            Context context,
            @StateHint Window window,
            @StateHint MapView<Long, Integer> peaks,
            @StateHint ListView<Report> waiting,
            @ArgumentHint(SET_SEMANTIC_TABLE) Row input)
            throws Exception {
        TimeContext<Long> time = context.timeContext(Long.class);
        Report report = report(input);
        if (isLate(report.time, window, watermark(time))) {
            lateRecords.inc();
        } else if (window.start != null && report.time < window.start + windowMs) {
            add(report, window, peaks);
        } else {
            waiting.add(report);
            advance(time, window, peaks, waiting);
        }
    }

    public void onTimer(
            OnTimerContext context, Window window, MapView<Long, Integer> peaks, ListView<Report> waiting)
            throws Exception {
        advance(context.timeContext(Long.class), window, peaks, waiting);
    }

    private boolean isLate(long time, Window window, long watermark) {
        if (window.start != null) {
            return time < window.start;
        }
        return (window.previousEnd != null && time < window.previousEnd) || time + windowMs <= watermark;
    }

    /** Opens and closes what event time has reached. */
    private void advance(
            TimeContext<Long> time, Window window, MapView<Long, Integer> peaks, ListView<Report> waiting)
            throws Exception {
        // A timer for a time that has been reached would never ring, hence the loop.
        for (; ; ) {
            if (window.start == null && !open(time, window, peaks, waiting)) {
                return;
            }
            long end = window.start + windowMs;
            // As with Flink's own windows: a watermark says that nothing of its time is to come.
            if (watermark(time) < end - 1) {
                time.registerOnTime(end - 1);
                return;
            }
            emit(window, peaks);
            peaks.clear();
            window.start = null;
            window.previousEnd = end;
            window.sums = new Sums();
        }
    }

    /** Opens a window at the first report that waits; returns whether there is one, and event time has reached it. */
    private boolean open(
            TimeContext<Long> time, Window window, MapView<Long, Integer> peaks, ListView<Report> waiting)
            throws Exception {
        List<Report> reports = new ArrayList<>(waiting.getList());
        long watermark = watermark(time);
        if (reports.isEmpty()) {
            return false;
        }
        long first = reports.stream().mapToLong(report -> report.time).min().getAsLong();
        if (watermark < first) {
            time.registerOnTime(first);
            return false;
        }
        window.start = first;
        List<Report> next = new ArrayList<>();
        for (Report report : reports) {
            if (report.time < first + windowMs) {
                add(report, window, peaks);
            } else {
                next.add(report);
            }
        }
        waiting.setList(next);
        return true;
    }

    private void add(Report report, Window window, MapView<Long, Integer> peaks) throws Exception {
        long bucket = (report.time - window.start) / bucketMs;
        Integer peak = peaks.get(bucket);
        if (peak == null || peak < report.peak) {
            peaks.put(bucket, report.peak);
        }
        window.sums.add(report.sums);
    }

    private void emit(Window window, MapView<Long, Integer> peaks) throws Exception {
        int[] values = peaks.getMap().values().stream().mapToInt(Integer::intValue).toArray();
        collect(Row.join(
                Row.of(Instant.ofEpochMilli(window.start), Instant.ofEpochMilli(window.start + windowMs)),
                Peak.summary(values, percentile),
                Row.of(
                        window.sums.cappedMemorySizeMB,
                        window.sums.invocations,
                        window.sums.errors,
                        window.sums.timeouts,
                        window.sums.outOfMemory,
                        window.sums.billedMBMs,
                        window.sums.lastSeen)));
    }

    private static Report report(Row input) {
        Report report = new Report();
        boolean isAtCap = input.getFieldAs("isAtCap");
        report.time = input.<Instant>getFieldAs("eventTime").toEpochMilli();
        report.peak = Peak.of(input.getFieldAs("maxMemoryUsedMB"), isAtCap);
        report.sums.cappedMemorySizeMB = isAtCap ? input.getFieldAs("memorySizeMB") : null;
        report.sums.invocations = input.getFieldAs("invocations");
        report.sums.errors = input.getFieldAs("errors");
        report.sums.timeouts = input.getFieldAs("timeouts");
        report.sums.outOfMemory = input.getFieldAs("outOfMemory");
        report.sums.billedMBMs = input.getFieldAs("billedMBMs");
        report.sums.lastSeen = input.getFieldAs("lastSeen");
        return report;
    }

    private static long watermark(TimeContext<Long> time) {
        Long watermark = time.currentWatermark();
        return watermark == null ? Long.MIN_VALUE : watermark;
    }

    /** The greater of two, of which each may be null. */
    private static <T extends Comparable<T>> T greater(T one, T other) {
        return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }
}
