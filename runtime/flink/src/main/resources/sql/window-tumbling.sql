-- windowType = tumbling: windows of windowLength, aligned to the epoch. A function enrolled in mid-window gets
-- a short first one.
CREATE TEMPORARY VIEW function_windows AS
SELECT
    functionArn,
    CAST(window_start AS TIMESTAMP_LTZ(3))               AS windowStart,
    CAST(window_end AS TIMESTAMP_LTZ(3))                 AS windowEnd,
    COUNT(*)                                             AS activeDays,
    AVG(CAST(measuredPeakMB AS DOUBLE))                  AS averageDailyPeakMB,
    PERCENTILE(measuredPeakMB, ${percentile})
        FILTER (WHERE '${sizing}' = 'percentile')        AS percentileDailyPeakMB,
    MAX(peakMB)                                          AS peakMB,
    MAX(cappedMemorySizeMB)                              AS cappedMemorySizeMB,
    SUM(invocations)                                     AS invocations,
    SUM(errors)                                          AS errors,
    SUM(timeouts)                                        AS timeouts,
    SUM(outOfMemory)                                     AS outOfMemory,
    SUM(billedMBMs)                                      AS billedMBMs,
    MAX(lastSeen)                                        AS lastSeen
FROM TABLE(TUMBLE(TABLE daily_peaks, DESCRIPTOR(bucketTime), ${windowLength}))
GROUP BY functionArn, window_start, window_end
