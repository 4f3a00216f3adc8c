INSERT INTO recommendations
SELECT
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
    billedMBMs / 1024e0 / 1000e0 AS billedGBSeconds
FROM (
    SELECT * FROM memory_pressure
    UNION ALL
    SELECT * FROM window_recommendations
)
