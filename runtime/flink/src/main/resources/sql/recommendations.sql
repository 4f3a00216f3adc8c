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
    averageDailyPeakMB      DOUBLE,
    peakMB                  INT,
    cappedMemorySizeMB      INT,
    invocations             BIGINT,
    errors                  BIGINT,
    timeouts                BIGINT,
    outOfMemory             BIGINT,
    billedGBSeconds         DOUBLE
) PARTITIONED BY (functionName) WITH (
    'connector' = 'kinesis',
    'stream.arn' = '${recommendationsStreamArn}',
    'aws.region' = '${recommendationsStreamRegion}',
    'format' = 'json',
    -- What ran out of memory waits for nobody.
    'sink.flush-buffer.timeout' = '1000',
    'json.encode.ignore-null-fields' = 'true',
    'json.timestamp-format.standard' = 'ISO-8601'
)
