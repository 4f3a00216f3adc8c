-- Observations: what a function came to in each bucket, by version and memory size. OBSERVATIONS, in Java, keeps them
-- in a few bytes. It takes the same columns as WINDOW_FIGURES, so that Flink sends them over the network once.
CREATE TEMPORARY VIEW observations AS
SELECT
    SPLIT_INDEX(functionArn, ':', 6)       AS functionName,
    functionArn,
    functionVersion,
    memorySizeMB,
    CAST(NULL AS INT)                      AS recommendedMemorySizeMB,
    'observation'                          AS reason,
    CAST(window_start AS TIMESTAMP_LTZ(3)) AS windowStart,
    CAST(window_end AS TIMESTAMP_LTZ(3))   AS windowEnd,
    CAST(NULL AS BIGINT)                   AS activeDays,
    CAST(NULL AS DOUBLE)                   AS averageDailyPeakMB,
    figures.peakMB,
    CAST(NULL AS INT)                      AS cappedMemorySizeMB,
    figures.invocations,
    figures.errors,
    figures.timeouts,
    figures.outOfMemory,
    CAST(NULL AS DOUBLE)                   AS billedMBMs,
    figures
FROM (
    SELECT
        functionArn,
        window_start,
        window_end,
        OBSERVATIONS(
            lastReportAt,
            functionVersion,
            memorySizeMB,
            maxMemoryUsedMB,
            isAtCap,
            invocations,
            durationMicros,
            durationSquaredMs2,
            cpuMs,
            billedDurationMs,
            initDurationMs,
            coldStarts,
            errors,
            timeouts,
            outOfMemory
        ) AS observations
    FROM TABLE(TUMBLE(TABLE usable_reports, DESCRIPTOR(eventTime), ${bucketLength}))
    GROUP BY functionArn, window_start, window_end
)
CROSS JOIN UNNEST(observations) AS observed (functionVersion, memorySizeMB, figures)
