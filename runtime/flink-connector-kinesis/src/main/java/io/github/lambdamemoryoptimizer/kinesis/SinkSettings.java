package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.CongestionControlRateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.ScalingStrategy;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * A sink table's options, checked.
 *
 * @param failOnError whether an error that could be retried fails the job instead.
 * @param maxBatchBytes of one PutRecords call.
 * @param flushTimeoutMs longest time that a row waits for its batch to fill.
 */
record SinkSettings(
        StreamAddress stream,
        boolean failOnError,
        int maxBatchSize,
        int maxInFlightRequests,
        int maxBufferedRequests,
        long maxBatchBytes,
        long flushTimeoutMs)
        implements Serializable {
    /** Limits of PutRecords, from its API page: entries, and bytes with the partition keys. */
    static final int PUT_RECORDS_MAX_ENTRIES = 500;

    static final long PUT_RECORDS_MAX_BYTES = 5L * 1024 * 1024;
    /** Limit of one record with its partition key, unless the stream's own limit is raised. */
    static final long MAX_RECORD_BYTES = 1024L * 1024;

    /** In bytes, as PutRecords counts them: data and partition key. */
    static long sizeOf(PutRecordsRequestEntry entry) {
        return entry.partitionKey().getBytes(StandardCharsets.UTF_8).length
                + (long) entry.data().asByteArrayUnsafe().length;
    }

    AsyncSinkWriterConfiguration writer() {
        return AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(maxBatchSize)
                .setMaxBatchSizeInBytes(maxBatchBytes)
                .setMaxInFlightRequests(maxInFlightRequests)
                .setMaxBufferedRequests(maxBufferedRequests)
                .setMaxTimeInBufferMS(flushTimeoutMs)
                .setMaxRecordSizeInBytes(MAX_RECORD_BYTES)
                .setRateLimitingStrategy(CongestionControlRateLimitingStrategy.builder()
                        .setMaxInFlightRequests(maxInFlightRequests)
                        .setInitialMaxInFlightMessages(maxBatchSize * maxInFlightRequests)
                        .setScalingStrategy(new FullBatches())
                        .build())
                .build();
    }

    /**
     * Keeps batches full; the writer's pauses alone slow it down. Flink's default halves the batch whenever an entry
     * is refused, and with one entry in ten refused at random that leaves batches of about six.
     */
    private static final class FullBatches implements ScalingStrategy<Integer> {
        @Override
        public Integer scaleUp(Integer messages) {
            return messages;
        }

        @Override
        public Integer scaleDown(Integer messages) {
            return messages;
        }
    }
}
