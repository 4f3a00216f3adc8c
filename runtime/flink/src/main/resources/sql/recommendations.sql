-- The recommendations stream: partitioned by function name, so that one function's records stay in order. It carries
-- recommendations and observations, told apart by reason; what a record lacks is NULL here and left out of its JSON.
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
    billedGBSeconds         DOUBLE,
    atMemorySize            ${figuresType},
    durationMs              DOUBLE,
    durationSquaredMs2      BIGINT,
    cpuMs                   BIGINT,
    cpuDurationMs           DOUBLE,
    billedDurationMs        BIGINT,
    initDurationMs          BIGINT,
    coldStarts              BIGINT,
    source                  STRING
) PARTITIONED BY (functionName) WITH (
    'connector' = 'kinesis',
    'stream.arn' = '${recommendationsStreamArn}',
    'aws.region' = '${recommendationsStreamRegion}',
    'format' = 'json',
    -- Send memory pressure within a second, however full the buffer is.
    'sink.flush-buffer.timeout' = '1000',
    'json.encode.ignore-null-fields' = 'true',
    'json.timestamp-format.standard' = 'ISO-8601'
)
