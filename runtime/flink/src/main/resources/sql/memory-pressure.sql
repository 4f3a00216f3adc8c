-- What is at its cap, or out of memory, waits for no window: each such record is a recommendation at once.
CREATE TEMPORARY VIEW memory_pressure AS
SELECT
    SPLIT_INDEX(functionArn, ':', 6) AS functionName,
    functionArn,
    functionVersion,
    memorySizeMB,
    aboveCapMB                       AS recommendedMemorySizeMB,
    'memory-pressure'                AS reason,
    firstReportAt                    AS windowStart,
    lastReportAt                     AS windowEnd,
    CAST(1 AS BIGINT)                AS activeDays,
    CAST(maxMemoryUsedMB AS DOUBLE)  AS averageDailyPeakMB,
    maxMemoryUsedMB                  AS peakMB,
    memorySizeMB                     AS cappedMemorySizeMB,
    invocations,
    errors,
    timeouts,
    outOfMemory,
    billedMBMs
FROM (
    SELECT
        *,
        LEAST(
            GREATEST(
                CAST(CEIL(memorySizeMB * (1 + ${pressureStep})) AS INT),
                memorySizeMB + ${bufferMB},
                ${minMemoryMB}
            ),
            ${maxMemoryMB}
        ) AS aboveCapMB
    FROM reports
    -- Most records are not, so that is looked at first.
    WHERE isAtCap AND isUsable
)
WHERE aboveCapMB > memorySizeMB
