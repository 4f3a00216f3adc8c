-- The telemetry stream: the layers' records, and the heartbeats that move event time while no function runs.
-- Any enrolled function can write anything here, so a record must be plausible to be used. One that isn't gets the
-- epoch as its event time: NULL would stop the job, and any other time would move event time.
CREATE TEMPORARY TABLE telemetry (
    functionArn        STRING,
    functionVersion    STRING,
    memorySizeMB       INT,
    maxMemoryUsedMB    INT,
    invocations        BIGINT,
    durationMs         DOUBLE,
    durationSquaredMs2 BIGINT,
    cpuMs              BIGINT,
    billedDurationMs   BIGINT,
    initDurationMs     BIGINT,
    coldStarts         INT,
    errors             INT,
    timeouts           INT,
    outOfMemory        INT,
    firstReportAt      TIMESTAMP_LTZ(3),
    lastReportAt       TIMESTAMP_LTZ(3),
    heartbeatAt        TIMESTAMP_LTZ(3),
    arrivedAt          TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
    readAt AS PROCTIME(),
    eventTime AS COALESCE(
        CASE
            WHEN IS_LAMBDA_FUNCTION(functionArn, functionVersion)
                AND memorySizeMB BETWEEN 1 AND 10240
                AND maxMemoryUsedMB BETWEEN 1 AND 2 * memorySizeMB
                AND invocations BETWEEN 1 AND 1000000000
                -- An invocation takes at most 900 s. 10 s more are for an init that is billed with it but not reported.
                AND COALESCE(durationMs, 0) BETWEEN 0 AND 910000 * invocations
                AND COALESCE(durationSquaredMs2, 0) >= 0
                -- Lambda gives a function at most 6 vCPUs.
                AND COALESCE(cpuMs, 0) BETWEEN 0 AND 6 * 910000 * invocations
                AND COALESCE(coldStarts, 0) BETWEEN 0 AND invocations
                AND COALESCE(initDurationMs, 0) BETWEEN 0 AND 900000 * COALESCE(CAST(coldStarts AS BIGINT), 0)
                AND COALESCE(billedDurationMs, 0) BETWEEN 0 AND 910000 * invocations + COALESCE(initDurationMs, 0)
                AND COALESCE(errors, 0) >= 0
                AND COALESCE(timeouts, 0) >= 0
                AND outOfMemory >= 0
                AND lastReportAt > TO_TIMESTAMP_LTZ(0, 3)
                AND lastReportAt <= arrivedAt + ${maxClockSkew}
                THEN lastReportAt
            WHEN functionArn IS NULL AND heartbeatAt <= arrivedAt + ${maxClockSkew} THEN heartbeatAt
        END,
        TO_TIMESTAMP_LTZ(0, 3)
    ),
    -- A clock that is ahead must not close windows that others still report to.
    WATERMARK FOR eventTime AS LEAST(eventTime, arrivedAt) - ${lateness}
) WITH (
    'connector' = 'kinesis',
    'stream.arn' = '${telemetryStreamArn}',
    'aws.region' = '${telemetryStreamRegion}',
    'source.init.position' = 'TRIM_HORIZON',
    'format' = 'json',
    'json.ignore-parse-errors' = 'true',
    'json.timestamp-format.standard' = 'ISO-8601'
)
