package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;

/**
 * A sink table's options, checked.
 *
 * @param failOnError whether an error that could be tried again fails the job instead.
 * @param maxBatchBytes of one PutRecords.
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
    /** Of one record with its partition key, as long as the stream's own limit is not raised. */
    static final long MAX_RECORD_BYTES = 1024L * 1024;

    AsyncSinkWriterConfiguration writer() {
        return AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(maxBatchSize)
                .setMaxBatchSizeInBytes(maxBatchBytes)
                .setMaxInFlightRequests(maxInFlightRequests)
                .setMaxBufferedRequests(maxBufferedRequests)
                .setMaxTimeInBufferMS(flushTimeoutMs)
                .setMaxRecordSizeInBytes(MAX_RECORD_BYTES)
                .build();
    }
}
