-- One row per record, usable or not. lastSeen ('2026-01-31 23:59:59.999 00512 $LATEST') orders by time first, so that
-- its MAX tells the size and the version seen last, in whatever order the records came.
CREATE TEMPORARY VIEW reports AS
SELECT
    functionArn,
    functionVersion,
    memorySizeMB,
    maxMemoryUsedMB,
    -- What used all it had needed more: maxMemoryUsedMB is a lower bound then, not a measurement.
    outOfMemory > 0 OR maxMemoryUsedMB >= memorySizeMB AS isAtCap,
    CAST(invocations AS BIGINT)                        AS invocations,
    CAST(COALESCE(errors, 0) AS BIGINT)                AS errors,
    CAST(COALESCE(timeouts, 0) AS BIGINT)              AS timeouts,
    CAST(outOfMemory AS BIGINT)                        AS outOfMemory,
    -- In whole numbers, so that its sum is the same in whatever order the records came.
    COALESCE(billedDurationMs, 0) * memorySizeMB       AS billedMBMs,
    CONCAT_WS(
        ' ',
        CAST(eventTime AS STRING),
        LPAD(CAST(memorySizeMB AS STRING), 5, '0'),
        functionVersion
    )                                                  AS lastSeen,
    COALESCE(firstReportAt, lastReportAt)              AS firstReportAt,
    lastReportAt,
    eventTime,
    eventTime > TO_TIMESTAMP_LTZ(0, 3)                 AS isUsable
FROM telemetry
