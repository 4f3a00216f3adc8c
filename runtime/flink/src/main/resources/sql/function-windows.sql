-- One row per function and window, of whichever kind: what its reports come to.
CREATE TEMPORARY VIEW function_windows AS
SELECT
    functionArn,
    CAST(window_start AS TIMESTAMP_LTZ(3)) AS windowStart,
    CAST(window_end AS TIMESTAMP_LTZ(3))   AS windowEnd,
    dailyPeaks.activeDays,
    dailyPeaks.averageDailyPeakMB,
    dailyPeaks.percentileDailyPeakMB,
    dailyPeaks.peakMB,
    cappedMemorySizeMB,
    invocations,
    errors,
    timeouts,
    outOfMemory,
    billedMBMs,
    lastSeen
FROM (
    SELECT
        functionArn,
        window_start,
        window_end,
        DAILY_PEAKS(CAST(eventTime AS TIMESTAMP_LTZ(3)), maxMemoryUsedMB, isAtCap) AS dailyPeaks,
        MAX(CASE WHEN isAtCap THEN memorySizeMB END)                               AS cappedMemorySizeMB,
        SUM(invocations)                                                           AS invocations,
        SUM(errors)                                                                AS errors,
        SUM(timeouts)                                                              AS timeouts,
        SUM(outOfMemory)                                                           AS outOfMemory,
        SUM(billedMBMs)                                                            AS billedMBMs,
        MAX(lastSeen)                                                              AS lastSeen
    FROM windowed_reports
    GROUP BY functionArn, window_start, window_end
)
