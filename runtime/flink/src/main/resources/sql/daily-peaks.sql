-- One row per function and bucket (a day, by default): the highest memory use of that bucket.
CREATE TEMPORARY VIEW daily_peaks AS
SELECT
    functionArn,
    window_time          AS bucketTime,
    MAX(maxMemoryUsedMB) AS peakMB,
    SUM(invocations)     AS invocations,
    SUM(errors)          AS errors,
    SUM(timeouts)        AS timeouts,
    SUM(outOfMemory)     AS outOfMemory,
    SUM(billedMBMs)      AS billedMBMs,
    MAX(lastSeen)        AS lastSeen
FROM TABLE(TUMBLE(TABLE usable_telemetry, DESCRIPTOR(eventTime), ${bucketLength}))
GROUP BY functionArn, window_start, window_end, window_time
