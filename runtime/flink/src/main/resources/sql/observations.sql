-- Observations: a function's totals in each bucket, by version and memory size. OBSERVATIONS, in Java, keeps them
-- in a few bytes.
CREATE TEMPORARY VIEW observations AS
SELECT
    reporter,
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
        reporter,
        window_start,
        window_end,
        OBSERVATIONS(report) AS observations
    FROM TABLE(TUMBLE(TABLE usable_reports, DESCRIPTOR(eventTime), ${bucketLength}))
    GROUP BY reporter, window_start, window_end
)
CROSS JOIN UNNEST(observations) AS observed (functionVersion, memorySizeMB, figures)
