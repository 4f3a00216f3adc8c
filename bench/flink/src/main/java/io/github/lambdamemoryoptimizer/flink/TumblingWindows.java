package io.github.lambdamemoryoptimizer.flink;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Keeps a function's daily peaks and the sums of its windows and buckets, with a timer at the end of each. */
final class TumblingWindows extends KeyedProcessFunction<String, Telemetry, Recommendation> {
    private static final long serialVersionUID = 1;

    private final long windowMs;
    private final long bucketMs;
    private final Duration pressureInterval;
    private final Sizes sizes;
    /** By the start of their bucket: twice the highest memory use, and 1 more if that was measured, not a lower bound. */
    private transient MapState<Long, Integer> peaks;
    /** By the start of their window: while a window waits for late reports, the next one is open. */
    private transient MapState<Long, WindowTotals> windows;
    /** By the start of their bucket. */
    private transient MapState<Long, BucketTotals> buckets;
    /** Version and size, for as long as no further memory pressure is sent for them. */
    private transient MapState<String, Boolean> sent;

    TumblingWindows(Duration windowLength, Duration bucketLength, Duration pressureInterval, Sizes sizes) {
        this.windowMs = windowLength.toMillis();
        this.bucketMs = bucketLength.toMillis();
        this.pressureInterval = pressureInterval;
        this.sizes = sizes;
    }

    @Override
    public void open(OpenContext context) {
        peaks = getRuntimeContext().getMapState(new MapStateDescriptor<>("peaks", Long.class, Integer.class));
        windows = getRuntimeContext().getMapState(new MapStateDescriptor<>("windows", Long.class, WindowTotals.class));
        buckets = getRuntimeContext().getMapState(new MapStateDescriptor<>("buckets", Long.class, BucketTotals.class));
        MapStateDescriptor<String, Boolean> ofSent = new MapStateDescriptor<>("sent", String.class, Boolean.class);
        ofSent.enableTimeToLive(StateTtlConfig.newBuilder(pressureInterval).build());
        sent = getRuntimeContext().getMapState(ofSent);
    }

    @Override
    public void processElement(Telemetry report, Context context, Collector<Recommendation> out) throws Exception {
        if (report.isAtCap()) {
            sendUnderPressure(report, out);
        }
        long watermark = context.timerService().currentWatermark();
        long bucket = report.lastReportAt - report.lastReportAt % bucketMs;
        if (bucket + bucketMs - 1 > watermark) {
            BucketTotals totals = buckets.get(bucket);
            if (totals == null) {
                totals = new BucketTotals();
                context.timerService().registerEventTimeTimer(bucket + bucketMs - 1);
            }
            totals.add(report);
            buckets.put(bucket, totals);
        }
        long window = report.lastReportAt - report.lastReportAt % windowMs;
        if (window + windowMs - 1 <= watermark) {
            return; // Too late.
        }
        int peak = 2 * report.maxMemoryUsedMB + (report.isAtCap() ? 0 : 1);
        Integer highest = peaks.get(bucket);
        if (highest == null || peak > highest) {
            peaks.put(bucket, peak);
        }
        WindowTotals totals = windows.get(window);
        if (totals == null) {
            totals = new WindowTotals();
            context.timerService().registerEventTimeTimer(window + windowMs - 1);
        }
        totals.add(report);
        windows.put(window, totals);
    }

    private void sendUnderPressure(Telemetry report, Collector<Recommendation> out) throws Exception {
        int size = sizes.aboveCap(report.memorySizeMB);
        String key = report.functionVersion + " " + report.memorySizeMB;
        if (size > report.memorySizeMB && !sent.contains(key)) {
            sent.put(key, true);
            out.collect(Recommendation.underPressure(report, size));
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Recommendation> out) throws Exception {
        long end = timestamp + 1;
        // The end of a window is also the end of a bucket.
        BucketTotals ofBucket = buckets.get(end - bucketMs);
        if (ofBucket != null) {
            buckets.remove(end - bucketMs);
            for (Map.Entry<String, MemorySizeFigures> entry : ofBucket.figures.entrySet()) {
                out.collect(Recommendation.observation(
                        context.getCurrentKey(), entry.getKey(), end - bucketMs, end, entry.getValue()));
            }
        }
        WindowTotals ofWindow = windows.get(end - windowMs);
        if (ofWindow != null) {
            windows.remove(end - windowMs);
            out.collect(ofWindow(context.getCurrentKey(), end, ofWindow));
        }
    }

    private Recommendation ofWindow(String functionArn, long end, WindowTotals totals) throws Exception {
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
        int peakMB = highest / 2;
        Recommendation recommendation = Recommendation.ofWindow(functionArn, totals);
        recommendation.windowStart = end - windowMs;
        recommendation.windowEnd = end;
        recommendation.activeDays = (long) days;
        recommendation.averageDailyPeakMB = measuredDays == 0 ? (double) peakMB : (double) measuredMB / measuredDays;
        recommendation.peakMB = peakMB;
        recommendation.recommendedMemorySizeMB =
                sizes.ofWindow(recommendation.averageDailyPeakMB, peakMB, recommendation.cappedMemorySizeMB);
        return recommendation;
    }
}
