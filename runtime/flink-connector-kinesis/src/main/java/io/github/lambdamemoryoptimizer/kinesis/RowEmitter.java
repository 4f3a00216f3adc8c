package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.utils.JoinedRowData;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Turns a record into rows (the format may make none, one or several) and advances the shard's position. */
final class RowEmitter implements RecordEmitter<Fetched, RowData, ShardState> {
    private final DeserializationSchema<RowData> format;
    private final boolean withTimestamp;
    private final ReaderMetrics metrics;
    private final Consumer<ShardFinished> shardEnd;
    private final List<RowData> rows = new ArrayList<>();

    /**
     * @param withTimestamp whether each row ends with its record's arrival time.
     * @param shardEnd gets a shard once its last record has been emitted.
     */
    RowEmitter(
            DeserializationSchema<RowData> format,
            boolean withTimestamp,
            ReaderMetrics metrics,
            Consumer<ShardFinished> shardEnd) {
        this.format = format;
        this.withTimestamp = withTimestamp;
        this.metrics = metrics;
        this.shardEnd = shardEnd;
    }

    @Override
    public void emitRecord(Fetched fetched, SourceOutput<RowData> output, ShardState shard) throws IOException {
        if (fetched instanceof Fetched.Data data) {
            emit(data.record(), output, shard);
        } else if (fetched instanceof Fetched.End end) {
            shardEnd.accept(new ShardFinished(shard.shardId(), end.children()));
        }
    }

    private void emit(Record record, SourceOutput<RowData> output, ShardState shard) throws IOException {
        // Rows are emitted only after the format has returned. Emitting runs the operators behind the source, and
        // with json.ignore-parse-errors the format swallows whatever is thrown within its call.
        rows.clear();
        format.deserialize(record.data().asByteArrayUnsafe(), new ListCollector<>(rows));
        rows.removeIf(Objects::isNull);
        if (rows.isEmpty()) {
            metrics.unusableRecord();
        }
        long arrivalMs = record.approximateArrivalTimestamp().toEpochMilli();
        for (RowData row : rows) {
            output.collect(withTimestamp ? timestamped(row, arrivalMs) : row, arrivalMs);
        }
        shard.emitted(record.sequenceNumber());
    }

    private static RowData timestamped(RowData row, long arrivalMs) {
        return new JoinedRowData(
                row.getRowKind(), row, GenericRowData.of(TimestampData.fromEpochMillis(arrivalMs)));
    }
}
