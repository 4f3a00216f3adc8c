-- One row per usable record. lastSeen orders by time first, so that its MAX tells the size and the version seen
-- last, in whatever order the records came.
CREATE TEMPORARY VIEW usable_telemetry AS
SELECT
    functionArn,
    maxMemoryUsedMB,
    CAST(invocations AS BIGINT) AS invocations,
    CAST(outOfMemory AS BIGINT) AS outOfMemory,
    CONCAT_WS(
        ' ',
        DATE_FORMAT(eventTime, 'yyyy-MM-dd''T''HH:mm:ss.SSS'),
        LPAD(CAST(memorySizeMB AS STRING), 5, '0'),
        functionVersion
    ) AS lastSeen,
    eventTime
FROM telemetry
WHERE functionArn IS NOT NULL AND eventTime > TO_TIMESTAMP_LTZ(0, 3)
