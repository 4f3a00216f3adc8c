package io.github.lambdamemoryoptimizer.flink;

import java.util.Arrays;

/**
 * A record of the recommendations stream, as a plain Java object. Times are in epoch milliseconds, and missing values
 * null.
 */
public final class Recommendation {
    public String functionName;
    public String functionArn;
    public String functionVersion;
    public int memorySizeMB;
    public Integer recommendedMemorySizeMB;
    public String reason;
    public long windowStart;
    public long windowEnd;
    public Long activeDays;
    public Double averageDailyPeakMB;
    public int peakMB;
    /** Null where nothing was at its cap. */
    public Integer cappedMemorySizeMB;

    public long invocations;
    public long errors;
    public long timeouts;
    public long outOfMemory;
    public Double billedGBSeconds;
    public MemorySizeFigures atMemorySize;
    /** An observation's figures. */
    public MemorySizeFigures observed;

    private Recommendation(String functionArn, String functionVersion, int memorySizeMB, String reason) {
        this.functionName = functionArn.split(":")[6];
        this.functionArn = functionArn;
        this.functionVersion = functionVersion;
        this.memorySizeMB = memorySizeMB;
        this.reason = reason;
    }

    /** For Flink's serializer. */
    public Recommendation() {}

    static Recommendation underPressure(Telemetry report, int size) {
        Recommendation recommendation = new Recommendation(
                report.functionArn, report.functionVersion, report.memorySizeMB, "memory-pressure");
        recommendation.recommendedMemorySizeMB = size;
        recommendation.windowStart = report.firstReportAt;
        recommendation.windowEnd = report.lastReportAt;
        recommendation.activeDays = 1L;
        recommendation.averageDailyPeakMB = (double) report.maxMemoryUsedMB;
        recommendation.peakMB = report.maxMemoryUsedMB;
        recommendation.cappedMemorySizeMB = report.memorySizeMB;
        recommendation.invocations = report.invocations;
        recommendation.errors = report.errors;
        recommendation.timeouts = report.timeouts;
        recommendation.outOfMemory = report.outOfMemory;
        recommendation.billedGBSeconds = gigabyteSeconds((double) report.billedDurationMs * report.memorySizeMB);
        return recommendation;
    }

    /** Fills in the window's totals. The caller sets its times, peaks and size. */
    static Recommendation ofWindow(String functionArn, WindowTotals totals) {
        Recommendation recommendation =
                new Recommendation(functionArn, totals.mostInvokedVersion(), totals.lastMemorySizeMB, "window");
        recommendation.cappedMemorySizeMB = totals.cappedMemorySizeMB == 0 ? null : totals.cappedMemorySizeMB;
        recommendation.invocations = totals.invocations;
        recommendation.errors = totals.errors;
        recommendation.timeouts = totals.timeouts;
        recommendation.outOfMemory = totals.outOfMemory;
        recommendation.billedGBSeconds = gigabyteSeconds(totals.billedMBMs);
        recommendation.atMemorySize = totals.bySize.get(totals.lastMemorySizeMB);
        return recommendation;
    }

    /** @param versionAndSize as {@link BucketTotals} has them. */
    static Recommendation observation(
            String functionArn, String versionAndSize, long start, long end, MemorySizeFigures figures) {
        String[] parts = versionAndSize.split(" ");
        Recommendation observation =
                new Recommendation(functionArn, parts[0], Integer.parseInt(parts[1]), "observation");
        observation.windowStart = start;
        observation.windowEnd = end;
        observation.peakMB = figures.peakMB;
        observation.invocations = figures.invocations;
        observation.errors = figures.errors;
        observation.timeouts = figures.timeouts;
        observation.outOfMemory = figures.outOfMemory;
        observation.observed = figures;
        return observation;
    }

    private static double gigabyteSeconds(double billedMBMs) {
        return billedMBMs / 1024e0 / 1000e0;
    }

    /** In the order of the columns of {@code recommendations.sql}. */
    Object[] values() {
        return new Object[] {
            functionName,
            functionArn,
            functionVersion,
            memorySizeMB,
            recommendedMemorySizeMB,
            reason,
            windowStart,
            windowEnd,
            activeDays,
            averageDailyPeakMB,
            peakMB,
            cappedMemorySizeMB,
            invocations,
            errors,
            timeouts,
            outOfMemory,
            billedGBSeconds,
            atMemorySize == null ? null : Arrays.toString(atMemorySize.values()),
            observed == null ? null : observed.durationMicros / 1000e0,
            observed == null ? null : observed.durationSquaredMs2,
            observed == null ? null : observed.cpuMs,
            observed == null ? null : observed.cpuDurationMicros / 1000e0,
            observed == null ? null : observed.billedDurationMs,
            observed == null ? null : observed.initDurationMs,
            observed == null ? null : observed.coldStarts,
            // By the telemetry stream, as all of the bench is.
            "layer"
        };
    }
}
