-- The logs stream: the reports that Lambda writes to functions' logs. CloudWatch Logs alone may write here, so what comes
-- from here, and nothing else, is of the source `logs`. Columns, what is plausible, and event time are telemetry's.
CREATE TEMPORARY TABLE logs WITH (
    'connector' = 'kinesis',
    'stream.arn' = '${logsStreamArn}',
    'aws.region' = '${logsStreamRegion}',
    'source.init.position' = 'TRIM_HORIZON',
    'format' = 'cloudwatch-logs-reports',
    'cloudwatch-logs-reports.partition' = '${logsStreamPartition}',
    'cloudwatch-logs-reports.region' = '${logsStreamRegion}',
    'cloudwatch-logs-reports.function-names' = '${logGroupFunctions}'
) LIKE telemetry (EXCLUDING OPTIONS)
