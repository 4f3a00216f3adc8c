package io.github.lambdamemoryoptimizer.kinesis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * A reader's metrics: {@code millisBehindLatest} of the shard furthest behind and {@code millisSinceCheckpoint}, both by
 * stream in CloudWatch, and {@code numRecordsInErrors}.
 */
final class ReaderMetrics {
    private final Map<String, Long> millisBehindLatest = new ConcurrentHashMap<>();
    private final Counter errors;
    /** {@code System.nanoTime()} at the last completed checkpoint, or when the reader started. */
    private volatile long checkpointNanos = System.nanoTime();

    ReaderMetrics(SourceReaderMetricGroup group, String streamName) {
        MetricGroup cloudWatch = CloudWatchMetrics.of(group).addGroup("Stream", streamName);
        cloudWatch.gauge(
                "millisBehindLatest",
                () -> millisBehindLatest.values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0));
        cloudWatch.gauge("millisSinceCheckpoint", () -> (System.nanoTime() - checkpointNanos) / 1_000_000);
        this.errors = group.getNumRecordsInErrorsCounter();
    }

    /** @param millis null where the endpoint doesn't say. */
    void behind(String shardId, Long millis) {
        if (millis != null) {
            millisBehindLatest.put(shardId, millis);
        }
    }

    void forget(String shardId) {
        millisBehindLatest.remove(shardId);
    }

    /** Counts a record that the format can't read. */
    void unusableRecord() {
        errors.inc();
    }

    void checkpointCompleted() {
        checkpointNanos = System.nanoTime();
    }
}
