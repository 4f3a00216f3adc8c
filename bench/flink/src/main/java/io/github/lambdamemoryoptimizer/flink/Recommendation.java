package io.github.lambdamemoryoptimizer.flink;

/** A record of the recommendations stream, as a plain Java object; times in epoch milliseconds. */
public final class Recommendation {
    public String functionName;
    public String functionArn;
    public String functionVersion;
    public int memorySizeMB;
    public int recommendedMemorySizeMB;
    public String reason;
    public long windowStart;
    public long windowEnd;
    public long activeDays;
    public double averageDailyPeakMB;
    public int peakMB;
    /** Null where nothing was at its cap. */
    public Integer cappedMemorySizeMB;

    public long invocations;
    public long errors;
    public long timeouts;
    public long outOfMemory;
    public double billedGBSeconds;

    static double billedGBSeconds(long billedMBMs) {
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
            billedGBSeconds
        };
    }
}
