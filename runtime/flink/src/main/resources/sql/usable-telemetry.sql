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
WHERE usable
