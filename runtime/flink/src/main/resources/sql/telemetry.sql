-- The telemetry stream: what the layers saw, and the heartbeats that move event time while nothing runs.
-- A record that can't be used has the epoch as its event time: NULL would stop the job, any other time would move
-- event time.
CREATE TEMPORARY TABLE telemetry (
    functionArn      STRING,
    functionVersion  STRING,
    memorySizeMB     INT,
    maxMemoryUsedMB  INT,
    invocations      INT,
    billedDurationMs BIGINT,
    errors           INT,
    timeouts         INT,
    outOfMemory      INT,
    lastReportAt     TIMESTAMP_LTZ(3),
    heartbeatAt      TIMESTAMP_LTZ(3),
    eventTime AS COALESCE(
        CASE
            WHEN functionArn LIKE 'arn:%:lambda:%:function:%'
                AND functionVersion <> ''
                AND memorySizeMB > 0
                AND maxMemoryUsedMB > 0
                AND invocations > 0
                AND outOfMemory >= 0
                THEN lastReportAt
            WHEN functionArn IS NULL THEN heartbeatAt
        END,
        TO_TIMESTAMP_LTZ(0, 3)
    ),
    WATERMARK FOR eventTime AS eventTime - ${lateness}
) WITH (
    'connector' = 'kinesis',
    'stream.arn' = '${telemetryStreamArn}',
    'aws.region' = '${telemetryStreamRegion}',
    'source.init.position' = 'TRIM_HORIZON',
    'format' = 'json',
    'json.ignore-parse-errors' = 'true',
    'json.timestamp-format.standard' = 'ISO-8601'
)
