-- One row per usable record. lastSeen orders by time first, so that its MAX tells the size and the version seen
-- last, in whatever order the records came.
CREATE TEMPORARY VIEW usable_telemetry AS
SELECT
    functionArn,
    maxMemoryUsedMB,
    CAST(invocations AS BIGINT)           AS invocations,
    CAST(COALESCE(errors, 0) AS BIGINT)   AS errors,
    CAST(COALESCE(timeouts, 0) AS BIGINT) AS timeouts,
    CAST(outOfMemory AS BIGINT)           AS outOfMemory,
    -- In whole numbers, so that its sum is the same in whatever order the records came.
    COALESCE(billedDurationMs, 0) * memorySizeMB AS billedMBMs,
    CONCAT_WS(
        ' ',
        DATE_FORMAT(eventTime, 'yyyy-MM-dd''T''HH:mm:ss.SSS'),
        LPAD(CAST(memorySizeMB AS STRING), 5, '0'),
        functionVersion
    ) AS lastSeen,
    eventTime
FROM telemetry
WHERE functionArn IS NOT NULL AND eventTime > TO_TIMESTAMP_LTZ(0, 3)
