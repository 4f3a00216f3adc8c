package io.github.lambdamemoryoptimizer.local;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The metrics of the job's sink as they are now. Flink's REST API has them too, but as they were when it last fetched
 * them, and one request at a time.
 */
public final class SinkMetrics implements MetricReporter {
    /** Named in Flink's configuration, found by Java's ServiceLoader. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new SinkMetrics();
        }
    }

    /** What the sink's writers have come to. */
    record Sink(long watermarkMs, long received, long sent) {}

    /** Flink makes the reporter itself, and only one in a process. */
    private static final Map<Metric, String> METRICS = new ConcurrentHashMap<>();

    /** The lowest watermark, {@code Long.MIN_VALUE} before there is one; records received, and sent or dropped for their size. */
    static Sink now() {
        long watermarkMs = Long.MAX_VALUE;
        long received = 0;
        long sent = 0;
        boolean isThere = false;
        for (Map.Entry<Metric, String> metric : METRICS.entrySet()) {
            if (metric.getKey() instanceof Gauge<?> gauge && gauge.getValue() instanceof Long value) {
                watermarkMs = Math.min(watermarkMs, value);
                isThere = true;
            }
        }
        // The watermark first: whatever it has passed is among the records that are counted after it.
        for (Map.Entry<Metric, String> metric : METRICS.entrySet()) {
            if (metric.getKey() instanceof Counter counter) {
                if (metric.getValue().equals("numRecordsIn")) {
                    received += counter.getCount();
                } else {
                    sent += counter.getCount();
                }
            }
        }
        return new Sink(isThere ? watermarkMs : Long.MIN_VALUE, received, sent);
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        boolean isOfWriter = group.getAllVariables().getOrDefault("<operator_name>", "").endsWith("Writer");
        boolean isAsked = switch (name) {
            case "currentInputWatermark", "numRecordsIn", "numRecordsSend", "recordsTooLarge" -> true;
            default -> false;
        };
        if (isOfWriter && isAsked) {
            METRICS.put(metric, name);
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        METRICS.remove(metric);
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}
}
