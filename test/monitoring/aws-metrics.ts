/** Metrics that AWS sends by itself, with the dimensions used to query them, from the pages named here. */
const PAGES: readonly {
  readonly page: string;
  readonly namespace: string;
  readonly dimension: string;
  readonly metricNames: readonly string[];
}[] = [
  {
    page: "Metrics and dimensions in Managed Service for Apache Flink",
    namespace: "AWS/KinesisAnalytics",
    dimension: "Application",
    metricNames: [
      "lastCheckpointDuration",
      "numberOfFailedCheckpoints",
      "numLateRecordsDropped",
      "numRestarts",
    ],
  },
  {
    page: "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch",
    namespace: "AWS/Kinesis",
    dimension: "StreamName",
    metricNames: [
      "GetRecords.IteratorAgeMilliseconds",
      "IncomingRecords",
      "ReadProvisionedThroughputExceeded",
      "WriteProvisionedThroughputExceeded",
    ],
  },
  {
    page: "Types of metrics for Lambda functions",
    namespace: "AWS/Lambda",
    dimension: "FunctionName",
    metricNames: ["Errors", "IteratorAge", "Throttles"],
  },
  {
    page: "Available CloudWatch metrics for Amazon SQS",
    namespace: "AWS/SQS",
    dimension: "QueueName",
    metricNames: ["ApproximateNumberOfMessagesVisible"],
  },
];

export const AWS_METRICS = PAGES.flatMap(({ namespace, dimension, metricNames }) =>
  metricNames.map((metricName) => ({ namespace, metricName, dimensions: [dimension] })),
);
