-- One size per function and window, rounded up and clamped. peakMargin is a DECIMAL, so that 100 MB × 1.1 is
-- 110 MB, not a hair more.
INSERT INTO recommendations
SELECT
    SPLIT_INDEX(functionArn, ':', 6)             AS functionName,
    functionArn,
    SPLIT_INDEX(lastSeen, ' ', 2)                AS functionVersion,
    CAST(SPLIT_INDEX(lastSeen, ' ', 1) AS INT)   AS memorySizeMB,
    LEAST(
        GREATEST(
            CASE '${sizing}'
                WHEN 'average' THEN fromAverageMB
                WHEN 'peak' THEN fromPeakMB
                WHEN 'average-above-peak' THEN GREATEST(fromAverageMB, fromPeakMB)
            END,
            ${minMemoryMB}
        ),
        ${maxMemoryMB}
    )                                            AS recommendedMemorySizeMB,
    'window'                                     AS reason,
    windowStart,
    windowEnd,
    activeDays,
    invocations,
    averageDailyPeakMB,
    peakMB,
    outOfMemory,
    errors,
    timeouts,
    billedMBMs / 1024e0 / 1000e0                 AS billedGBSeconds
FROM (
    SELECT
        *,
        CAST(CEIL(averageDailyPeakMB) AS INT) + ${bufferMB}    AS fromAverageMB,
        CAST(CEIL(peakMB * (1 + ${peakMargin})) AS INT)        AS fromPeakMB
    FROM function_windows
)
