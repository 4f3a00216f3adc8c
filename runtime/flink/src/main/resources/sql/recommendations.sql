-- The recommendations stream: partitioned by function name, so that one function's recommendations stay in order.
CREATE TEMPORARY TABLE recommendations (
    functionName            STRING,
    functionArn             STRING,
    functionVersion         STRING,
    memorySizeMB            INT,
    recommendedMemorySizeMB INT,
    reason                  STRING,
    windowStart             TIMESTAMP_LTZ(3),
    windowEnd               TIMESTAMP_LTZ(3),
    activeDays              BIGINT,
    invocations             BIGINT,
    averageDailyPeakMB      DOUBLE,
    peakMB                  INT,
    outOfMemory             BIGINT,
    errors                  BIGINT,
    timeouts                BIGINT,
    billedGBSeconds         DOUBLE
) PARTITIONED BY (functionName) WITH (
    'connector' = 'kinesis',
    'stream.arn' = '${recommendationsStreamArn}',
    'aws.region' = '${recommendationsStreamRegion}',
    'format' = 'json',
    'json.timestamp-format.standard' = 'ISO-8601'
)
