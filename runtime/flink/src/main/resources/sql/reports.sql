-- One row per record, usable or not; what older layers don't tell is filled in.
CREATE TEMPORARY VIEW reports AS
SELECT
    reporter,
    functionVersion,
    memorySizeMB,
    maxMemoryUsedMB,
    -- A function that used all its memory needed more: maxMemoryUsedMB is then a lower bound, not a measurement.
    outOfMemory > 0 OR maxMemoryUsedMB >= memorySizeMB                               AS isAtCap,
    invocations,
    -- In whole numbers, so that its sum is the same in whatever order the records came.
    CAST(COALESCE(durationMs, billedDurationMs, 0) * 1000e0 + 0.5e0 AS BIGINT)       AS durationMicros,
    durationSquaredMs2,
    cpuMs,
    COALESCE(billedDurationMs, 0)                                                    AS billedDurationMs,
    COALESCE(initDurationMs, 0)                                                      AS initDurationMs,
    CAST(COALESCE(coldStarts, 0) AS BIGINT)                                          AS coldStarts,
    CAST(COALESCE(errors, 0) AS BIGINT)                                              AS errors,
    CAST(COALESCE(timeouts, 0) AS BIGINT)                                            AS timeouts,
    CAST(outOfMemory AS BIGINT)                                                      AS outOfMemory,
    -- A record is of one day, whatever it says.
    LEAST(
        GREATEST(COALESCE(firstReportAt, lastReportAt), lastReportAt - INTERVAL '1' DAY),
        lastReportAt
    )                                                                                AS firstReportAt,
    lastReportAt,
    readAt,
    eventTime,
    eventTime > TO_TIMESTAMP_LTZ(0, 3)                                               AS isUsable
FROM sources
