package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Turns a record into rows, of which the format may make none, one or several, and moves the shard's position on. */
final class RowEmitter implements RecordEmitter<Record, RowData, ShardState> {
    private final DeserializationSchema<RowData> format;
    private final ReaderMetrics metrics;
    private final Consumer<String> shardEnd;

    /** @param shardEnd is told the id of a shard once its last record is emitted. */
    RowEmitter(DeserializationSchema<RowData> format, ReaderMetrics metrics, Consumer<String> shardEnd) {
        this.format = format;
        this.metrics = metrics;
        this.shardEnd = shardEnd;
    }

    @Override
    public void emitRecord(Record record, SourceOutput<RowData> output, ShardState shard) throws IOException {
        if (record == ShardSplitReader.SHARD_END) {
            shardEnd.accept(shard.shardId());
            return;
        }
        RowCollector rows = new RowCollector(output, record.approximateArrivalTimestamp().toEpochMilli());
        format.deserialize(record.data().asByteArrayUnsafe(), rows);
        if (rows.count == 0) {
            metrics.unusableRecord();
        }
        shard.emitted(record.sequenceNumber());
    }

    private static final class RowCollector implements Collector<RowData> {
        private final SourceOutput<RowData> output;
        private final long arrivalMs;
        private int count;

        RowCollector(SourceOutput<RowData> output, long arrivalMs) {
            this.output = output;
            this.arrivalMs = arrivalMs;
        }

        @Override
        public void collect(RowData row) {
            output.collect(row, arrivalMs);
            count++;
        }

        @Override
        public void close() {}
    }
}
