package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Turns rows into entries, and drops and counts those that are too large for Kinesis. */
@SuppressWarnings("try") // Flink's own close() may throw an InterruptedException.
final class RowWriter implements StatefulSinkWriter<RowData, BufferedRequestState<PutRecordsRequestEntry>> {
    private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);

    private final ElementConverter<RowData, PutRecordsRequestEntry> converter;
    private final StatefulSinkWriter<PutRecordsRequestEntry, BufferedRequestState<PutRecordsRequestEntry>> entries;
    private final Counter tooLarge;

    RowWriter(
            ElementConverter<RowData, PutRecordsRequestEntry> converter,
            StatefulSinkWriter<PutRecordsRequestEntry, BufferedRequestState<PutRecordsRequestEntry>> entries,
            Counter tooLarge) {
        this.converter = converter;
        this.entries = entries;
        this.tooLarge = tooLarge;
    }

    @Override
    public void write(RowData row, Context context) throws IOException, InterruptedException {
        PutRecordsRequestEntry entry = converter.apply(row, context);
        long bytes = SinkSettings.sizeOf(entry);
        if (bytes <= SinkSettings.MAX_RECORD_BYTES) {
            entries.write(entry, context);
            return;
        }
        tooLarge.inc();
        LOG.warn(
                "Dropped a record of {} bytes with partition key {}: Kinesis takes at most {}.",
                bytes,
                entry.partitionKey(),
                SinkSettings.MAX_RECORD_BYTES);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        entries.flush(endOfInput);
    }

    @Override
    public List<BufferedRequestState<PutRecordsRequestEntry>> snapshotState(long checkpointId) throws IOException {
        return entries.snapshotState(checkpointId);
    }

    @Override
    public void close() throws Exception {
        entries.close();
    }
}
