package io.github.lambdamemoryoptimizer.flink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.table.functions.FunctionContext;

/** Metrics that Managed Flink sends to CloudWatch ("Use custom metrics"): those in the group kinesisanalytics. */
final class Metrics {
    private Metrics() {}

    static Counter counter(FunctionContext context, String name) {
        return context.getMetricGroup()
                .addGroup("kinesisanalytics")
                .addGroup("Program", "lambda-memory-optimizer")
                .counter(name);
    }
}
