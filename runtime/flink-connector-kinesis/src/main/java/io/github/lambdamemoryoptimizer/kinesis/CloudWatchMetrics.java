package io.github.lambdamemoryoptimizer.kinesis;

import org.apache.flink.metrics.MetricGroup;

/** The group whose metrics Managed Flink sends to CloudWatch ("Use custom metrics", Managed Flink developer guide). */
final class CloudWatchMetrics {
    private CloudWatchMetrics() {}

    static MetricGroup of(MetricGroup operator) {
        return operator.addGroup("kinesisanalytics").addGroup("Program", "lambda-memory-optimizer");
    }
}
