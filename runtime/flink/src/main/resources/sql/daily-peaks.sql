-- One row per function and bucket (a day, by default): the highest memory use of that bucket, and whether that was
-- measured or only a lower bound.
CREATE TEMPORARY VIEW daily_peaks AS
SELECT
    *,
    CASE WHEN measuredMB = peakMB THEN measuredMB END AS measuredPeakMB
FROM (
    SELECT
        functionArn,
        window_time                                         AS bucketTime,
        MAX(maxMemoryUsedMB)                                AS peakMB,
        MAX(CASE WHEN NOT isAtCap THEN maxMemoryUsedMB END) AS measuredMB,
        MAX(CASE WHEN isAtCap THEN memorySizeMB END)        AS cappedMemorySizeMB,
        SUM(invocations)                                    AS invocations,
        SUM(errors)                                         AS errors,
        SUM(timeouts)                                       AS timeouts,
        SUM(outOfMemory)                                    AS outOfMemory,
        SUM(billedMBMs)                                     AS billedMBMs,
        MAX(lastSeen)                                       AS lastSeen
    FROM TABLE(TUMBLE(TABLE usable_reports, DESCRIPTOR(eventTime), ${bucketLength}))
    GROUP BY functionArn, window_start, window_end, window_time
)
