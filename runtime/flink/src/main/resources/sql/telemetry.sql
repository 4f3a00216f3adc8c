-- The telemetry stream: what the layers saw, and the heartbeats that move event time while nothing runs.
-- Later columns judge a record, so that one that can't be used neither stops the job (an event time must not
-- be NULL) nor moves event time (the epoch never does).
CREATE TEMPORARY TABLE telemetry (
    functionArn     STRING,
    functionVersion STRING,
    memorySizeMB    INT,
    maxMemoryUsedMB INT,
    invocations     INT,
    outOfMemory     INT,
    lastReportAt    TIMESTAMP_LTZ(3),
    heartbeatAt     TIMESTAMP_LTZ(3),
    usable AS COALESCE(
        functionArn LIKE 'arn:%:lambda:%:%:function:%'
        AND functionVersion <> ''
        AND memorySizeMB > 0
        AND maxMemoryUsedMB > 0
        AND invocations > 0
        AND outOfMemory >= 0
        AND lastReportAt IS NOT NULL,
        FALSE
    ),
    eventTime AS COALESCE(
        CASE
            WHEN functionArn IS NULL THEN heartbeatAt
            WHEN functionVersion <> '' AND memorySizeMB > 0 AND maxMemoryUsedMB > 0 AND invocations > 0
                THEN lastReportAt
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
