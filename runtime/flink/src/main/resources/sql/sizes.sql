-- One size per reporter and window, rounded up and clamped. peakMargin is a DECIMAL, so that 100 MB × 1.1 is
-- exactly 110 MB; the percentile counts to a millionth of a MB for the same reason.
CREATE TEMPORARY VIEW window_recommendations AS
SELECT
    reporter,
    functionVersion,
    memorySizeMB,
    LEAST(
        GREATEST(
            CASE '${sizing}'
                WHEN 'average' THEN fromAverageMB
                WHEN 'average-above-peak' THEN GREATEST(fromAverageMB, fromPeakMB)
                WHEN 'peak' THEN fromPeakMB
                WHEN 'percentile' THEN fromPercentileMB
            END,
            aboveCapMB,
            ${minMemoryMB}
        ),
        ${maxMemoryMB}
    )                                AS recommendedMemorySizeMB,
    'window'                         AS reason,
    windowStart,
    windowEnd,
    activeDays,
    averageMB                        AS averageDailyPeakMB,
    peakMB,
    cappedMemorySizeMB,
    invocations,
    errors,
    timeouts,
    outOfMemory,
    billedMBMs,
    atMemorySize                     AS figures
FROM (
    SELECT
        *,
        CAST(CEIL(averageMB) AS INT) + ${bufferMB}                                          AS fromAverageMB,
        CAST(CEIL(peakMB * (1 + ${peakMargin})) AS INT)                                     AS fromPeakMB,
        CAST(CEIL(CAST(percentileMB AS DECIMAL(12, 6)) * (1 + ${peakMargin})) AS INT)       AS fromPercentileMB,
        -- A function that was at its cap needs a step more, as in memory-pressure.sql; 0 where it wasn't. The window keeps
        -- the cap, not the step, so that windows that were open at a change of settings go by the new ones.
        COALESCE(
            GREATEST(
                CAST(CEIL(cappedMemorySizeMB * (1 + ${pressureStep})) AS INT),
                cappedMemorySizeMB + ${bufferMB}
            ),
            0
        )                                                                                   AS aboveCapMB
    FROM (
        SELECT
            *,
            -- Where every day was at its cap, nothing was measured: the highest of the lower bounds stands in.
            COALESCE(averageDailyPeakMB, CAST(peakMB AS DOUBLE))    AS averageMB,
            COALESCE(percentileDailyPeakMB, CAST(peakMB AS DOUBLE)) AS percentileMB
        FROM function_windows
    )
)
WHERE activeDays >= ${minActiveDays} AND invocations >= ${minInvocations}
