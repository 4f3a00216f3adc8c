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
            -- What an older layer doesn't tell is NULL, and so is each condition on it.
            WHEN NONE_FALSE(
                IS_LAMBDA_FUNCTION(functionArn, functionVersion),
                memorySizeMB IS NOT NULL,
                memorySizeMB >= 1,
                memorySizeMB <= 10240,
                maxMemoryUsedMB IS NOT NULL,
                maxMemoryUsedMB >= 1,
                maxMemoryUsedMB <= 2 * memorySizeMB,
                invocations IS NOT NULL,
                invocations >= 1,
                invocations <= 1000000000,
                -- An invocation takes at most 900 s. 10 s more are for an init that is billed with it but not reported.
                durationMs >= 0,
                durationMs <= 910000 * invocations,
                durationSquaredMs2 >= 0,
                -- Lambda gives a function at most 6 vCPUs.
                cpuMs >= 0,
                cpuMs <= 6 * 910000 * invocations,
                coldStarts >= 0,
                coldStarts <= invocations,
                initDurationMs >= 0,
                initDurationMs <= 900000 * COALESCE(CAST(coldStarts AS BIGINT), 0),
                billedDurationMs >= 0,
                billedDurationMs <= 910000 * invocations + COALESCE(initDurationMs, 0),
                errors >= 0,
                timeouts >= 0,
                outOfMemory IS NOT NULL,
                outOfMemory >= 0,
                lastReportAt IS NOT NULL,
                lastReportAt > TO_TIMESTAMP_LTZ(0, 3),
                lastReportAt <= arrivedAt + ${maxClockSkew}
            )
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
