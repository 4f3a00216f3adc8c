INSERT INTO recommendations
SELECT
    SPLIT_INDEX(functionArn, ':', 6)                                     AS functionName,
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
    billedMBMs / 1024e0 / 1000e0                                         AS billedGBSeconds,
    CASE WHEN reason = 'window' THEN figures END                         AS atMemorySize,
    CASE WHEN reason = 'observation' THEN figures.durationMs END         AS durationMs,
    CASE WHEN reason = 'observation' THEN figures.durationSquaredMs2 END AS durationSquaredMs2,
    CASE WHEN reason = 'observation' THEN figures.cpuMs END              AS cpuMs,
    CASE WHEN reason = 'observation' THEN figures.cpuDurationMs END      AS cpuDurationMs,
    CASE WHEN reason = 'observation' THEN figures.billedDurationMs END   AS billedDurationMs,
    CASE WHEN reason = 'observation' THEN figures.initDurationMs END     AS initDurationMs,
    CASE WHEN reason = 'observation' THEN figures.coldStarts END         AS coldStarts,
    source
FROM (
    SELECT
        *,
        SPLIT_INDEX(reporter, ' ', 0)                    AS functionArn,
        COALESCE(SPLIT_INDEX(reporter, ' ', 1), 'layer') AS source
    FROM (
        SELECT
            reporter,
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
            billedMBMs,
            figures
        FROM sent_memory_pressure
        UNION ALL
        SELECT * FROM window_recommendations
        UNION ALL
        SELECT * FROM observations
    )
)
