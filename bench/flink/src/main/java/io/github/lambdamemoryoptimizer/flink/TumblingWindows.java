package io.github.lambdamemoryoptimizer.flink;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** A function's daily peaks, a window's sums, and a timer at its end. */
final class TumblingWindows extends KeyedProcessFunction<String, Telemetry, Recommendation> {
    private static final long serialVersionUID = 1;

    private final long windowMs;
    private final long bucketMs;
    private final Sizes sizes;
    /** By the start of their bucket: twice the highest memory use, and 1 more if that was measured, not a lower bound. */
    private transient MapState<Long, Integer> peaks;
    /** By the start of their window: while a window waits for late reports, the next one is open. */
    private transient MapState<Long, Sums> sums;

    TumblingWindows(Duration windowLength, Duration bucketLength, Sizes sizes) {
        this.windowMs = windowLength.toMillis();
        this.bucketMs = bucketLength.toMillis();
        this.sizes = sizes;
    }

    /** All of a window but its peaks; public with public fields, as Flink wants it. */
    public static final class Sums {
        public long invocations;
        public long errors;
        public long timeouts;
        public long outOfMemory;
        public long billedMBMs;
        /** 0 where nothing was at its cap. */
        public int cappedMemorySizeMB;

        public long lastReportAt;
        public int lastMemorySizeMB;
        public String lastFunctionVersion;
    }

    @Override
    public void open(OpenContext context) {
        peaks = getRuntimeContext().getMapState(new MapStateDescriptor<>("peaks", Long.class, Integer.class));
        sums = getRuntimeContext().getMapState(new MapStateDescriptor<>("sums", Long.class, Sums.class));
    }

    @Override
    public void processElement(Telemetry report, Context context, Collector<Recommendation> out) throws Exception {
        if (report.isAtCap()) {
            int size = sizes.aboveCap(report.memorySizeMB);
            if (size > report.memorySizeMB) {
                out.collect(underPressure(report, size));
            }
        }
        long window = report.lastReportAt - report.lastReportAt % windowMs;
        if (window + windowMs - 1 <= context.timerService().currentWatermark()) {
            return; // Too late.
        }
        long bucket = report.lastReportAt - report.lastReportAt % bucketMs;
        int peak = 2 * report.maxMemoryUsedMB + (report.isAtCap() ? 0 : 1);
        Integer highest = peaks.get(bucket);
        if (highest == null || peak > highest) {
            peaks.put(bucket, peak);
        }
        Sums sum = sums.get(window);
        if (sum == null) {
            sum = new Sums();
            context.timerService().registerEventTimeTimer(window + windowMs - 1);
        }
        add(report, sum);
        sums.put(window, sum);
    }

    private static void add(Telemetry report, Sums sum) {
        sum.invocations += report.invocations;
        sum.errors += report.errors;
        sum.timeouts += report.timeouts;
        sum.outOfMemory += report.outOfMemory;
        sum.billedMBMs += report.billedDurationMs * report.memorySizeMB;
        if (report.isAtCap()) {
            sum.cappedMemorySizeMB = Math.max(sum.cappedMemorySizeMB, report.memorySizeMB);
        }
        if (report.lastReportAt >= sum.lastReportAt) {
            sum.lastReportAt = report.lastReportAt;
            sum.lastMemorySizeMB = report.memorySizeMB;
            sum.lastFunctionVersion = report.functionVersion;
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Recommendation> out) throws Exception {
        long end = timestamp + 1;
        long start = end - windowMs;
        int days = 0;
        int measuredDays = 0;
        long measuredMB = 0;
        int highest = 0;
        Iterator<Map.Entry<Long, Integer>> entries = peaks.iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Integer> entry = entries.next();
            if (entry.getKey() >= end) {
                continue;
            }
            int peak = entry.getValue();
            days++;
            highest = Math.max(highest, peak);
            if (peak % 2 == 1) {
                measuredDays++;
                measuredMB += peak / 2;
            }
            entries.remove();
        }
        Sums sum = sums.get(start);
        sums.remove(start);
        int peakMB = highest / 2;

        Recommendation recommendation = new Recommendation();
        recommendation.functionArn = context.getCurrentKey();
        recommendation.functionName = functionName(recommendation.functionArn);
        recommendation.functionVersion = sum.lastFunctionVersion;
        recommendation.memorySizeMB = sum.lastMemorySizeMB;
        recommendation.reason = "window";
        recommendation.windowStart = start;
        recommendation.windowEnd = end;
        recommendation.activeDays = days;
        recommendation.averageDailyPeakMB = measuredDays == 0 ? peakMB : (double) measuredMB / measuredDays;
        recommendation.peakMB = peakMB;
        recommendation.cappedMemorySizeMB = sum.cappedMemorySizeMB == 0 ? null : sum.cappedMemorySizeMB;
        recommendation.recommendedMemorySizeMB =
                sizes.ofWindow(recommendation.averageDailyPeakMB, peakMB, recommendation.cappedMemorySizeMB);
        recommendation.invocations = sum.invocations;
        recommendation.errors = sum.errors;
        recommendation.timeouts = sum.timeouts;
        recommendation.outOfMemory = sum.outOfMemory;
        recommendation.billedGBSeconds = Recommendation.billedGBSeconds(sum.billedMBMs);
        out.collect(recommendation);
    }

    private static Recommendation underPressure(Telemetry report, int size) {
        Recommendation recommendation = new Recommendation();
        recommendation.functionName = functionName(report.functionArn);
        recommendation.functionArn = report.functionArn;
        recommendation.functionVersion = report.functionVersion;
        recommendation.memorySizeMB = report.memorySizeMB;
        recommendation.recommendedMemorySizeMB = size;
        recommendation.reason = "memory-pressure";
        recommendation.windowStart = report.firstReportAt;
        recommendation.windowEnd = report.lastReportAt;
        recommendation.activeDays = 1;
        recommendation.averageDailyPeakMB = report.maxMemoryUsedMB;
        recommendation.peakMB = report.maxMemoryUsedMB;
        recommendation.cappedMemorySizeMB = report.memorySizeMB;
        recommendation.invocations = report.invocations;
        recommendation.errors = report.errors;
        recommendation.timeouts = report.timeouts;
        recommendation.outOfMemory = report.outOfMemory;
        recommendation.billedGBSeconds =
                Recommendation.billedGBSeconds(report.billedDurationMs * report.memorySizeMB);
        return recommendation;
    }

    private static String functionName(String functionArn) {
        return functionArn.split(":")[6];
    }
}
