-- Memory pressure: a record at its cap, or out of memory, is a recommendation of its own.
CREATE TEMPORARY VIEW memory_pressure AS
SELECT
    reporter,
    functionVersion,
    memorySizeMB,
    aboveCapMB                                        AS recommendedMemorySizeMB,
    'memory-pressure'                                 AS reason,
    firstReportAt                                     AS windowStart,
    lastReportAt                                      AS windowEnd,
    CAST(1 AS BIGINT)                                 AS activeDays,
    CAST(maxMemoryUsedMB AS DOUBLE)                   AS averageDailyPeakMB,
    maxMemoryUsedMB                                   AS peakMB,
    memorySizeMB                                      AS cappedMemorySizeMB,
    invocations,
    errors,
    timeouts,
    outOfMemory,
    CAST(billedDurationMs AS DOUBLE) * memorySizeMB   AS billedMBMs,
    CAST(NULL AS ${figuresType})                      AS figures,
    readAt
FROM (
    SELECT
        *,
        -- A step above the cap, as in sizes.sql.
        LEAST(
            GREATEST(
                CAST(CEIL(memorySizeMB * (1 + ${pressureStep})) AS INT),
                memorySizeMB + ${bufferMB},
                ${minMemoryMB}
            ),
            ${maxMemoryMB}
        ) AS aboveCapMB
    FROM reports
    -- Every record goes by here once. COUNT_INVALID, in Java, counts what can't be used as the metric invalidRecords.
    WHERE COUNT_INVALID(isUsable) AND isAtCap
)
WHERE aboveCapMB > memorySizeMB
