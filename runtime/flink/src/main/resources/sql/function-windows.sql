-- One row per reporter and window of any kind: the totals of its reports. WINDOW_FIGURES, in Java, keeps the
-- daily peaks and sums in a few bytes.
CREATE TEMPORARY VIEW function_windows AS
SELECT
    reporter,
    CAST(window_start AS TIMESTAMP_LTZ(3)) AS windowStart,
    CAST(window_end AS TIMESTAMP_LTZ(3))   AS windowEnd,
    figures.activeDays,
    figures.averageDailyPeakMB,
    figures.percentileDailyPeakMB,
    figures.peakMB,
    figures.cappedMemorySizeMB,
    figures.invocations,
    figures.errors,
    figures.timeouts,
    figures.outOfMemory,
    figures.billedMBMs,
    figures.functionVersion,
    figures.memorySizeMB,
    figures.atMemorySize
FROM (
    SELECT
        reporter,
        window_start,
        window_end,
        WINDOW_FIGURES(report) AS figures
    FROM windowed_reports
    GROUP BY reporter, window_start, window_end
)
