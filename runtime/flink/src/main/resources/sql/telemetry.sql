-- The telemetry stream: what the layers saw, and the heartbeats that move event time while nothing runs.
-- A record that can't be used has the epoch as its event time: NULL would stop the job, any other time would move
-- event time. Nobody's clock may be far ahead of the stream's.
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
    firstReportAt    TIMESTAMP_LTZ(3),
    lastReportAt     TIMESTAMP_LTZ(3),
    heartbeatAt      TIMESTAMP_LTZ(3),
    arrivedAt        TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
    eventTime AS COALESCE(
        CASE
            -- LIKE with one % at an end, or two around, is a plain comparison; any other is a regular expression.
            WHEN functionArn LIKE 'arn:%'
                AND functionArn LIKE '%:function:%'
                AND SPLIT_INDEX(functionArn, ':', 6) <> ''
                AND CHAR_LENGTH(functionArn) <= 256
                AND functionVersion <> ''
                AND memorySizeMB BETWEEN 1 AND 10240
                AND maxMemoryUsedMB BETWEEN 1 AND 2 * memorySizeMB
                AND invocations BETWEEN 1 AND 1000000000
                AND COALESCE(billedDurationMs, 0) BETWEEN 0 AND 1000000000000
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
