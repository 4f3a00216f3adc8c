-- The input of windows and buckets, in one narrow column; PACKED_REPORT is in Java. What can't be used is counted in
-- memory-pressure.sql.
CREATE TEMPORARY VIEW usable_reports AS
SELECT
    reporter,
    PACKED_REPORT(
        lastReportAt,
        functionVersion,
        memorySizeMB,
        maxMemoryUsedMB,
        isAtCap,
        invocations,
        durationMicros,
        durationSquaredMs2,
        cpuMs,
        billedDurationMs,
        initDurationMs,
        coldStarts,
        errors,
        timeouts,
        outOfMemory
    ) AS report,
    eventTime
FROM reports
WHERE isUsable AND reporter IS NOT NULL
