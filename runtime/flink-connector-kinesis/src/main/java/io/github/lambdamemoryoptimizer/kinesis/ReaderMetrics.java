package io.github.lambdamemoryoptimizer.kinesis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/** A reader's metrics: {@code millisBehindLatest} of the shard furthest behind, and {@code numRecordsInErrors}. */
final class ReaderMetrics {
    private final Map<String, Long> millisBehindLatest = new ConcurrentHashMap<>();
    private final Counter errors;

    ReaderMetrics(SourceReaderMetricGroup group) {
        group.gauge(
                "millisBehindLatest",
                () -> millisBehindLatest.values().stream().mapToLong(Long::longValue).max().orElse(0));
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
}
