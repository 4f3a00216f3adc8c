package io.github.lambdamemoryoptimizer.kinesis;

import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.RowData;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Writes rows to a stream, each at least once: a checkpoint holds those that aren't written yet. */
final class KinesisSink extends AsyncSinkBase<RowData, PutRecordsRequestEntry> {
    private static final long serialVersionUID = 1;

    private final SinkSettings settings;

    KinesisSink(SinkSettings settings, EntryConverter converter) {
        super(
                converter,
                settings.maxBatchSize(),
                settings.maxInFlightRequests(),
                settings.maxBufferedRequests(),
                settings.maxBatchBytes(),
                settings.flushTimeoutMs(),
                SinkSettings.MAX_RECORD_BYTES);
        this.settings = settings;
    }

    @Override
    public StatefulSinkWriter<RowData, BufferedRequestState<PutRecordsRequestEntry>> createWriter(
            WriterInitContext context) {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<RowData, BufferedRequestState<PutRecordsRequestEntry>> restoreWriter(
            WriterInitContext context, Collection<BufferedRequestState<PutRecordsRequestEntry>> state) {
        EntryConverter converter = (EntryConverter) getElementConverter();
        converter.open(context);
        Counter tooLarge = CloudWatchMetrics.of(context.metricGroup()).counter("recordsTooLarge");
        return new RowWriter(
                converter, new KinesisSinkWriter(settings.stream().open(), context, settings, state), tooLarge);
    }

    @Override
    public SimpleVersionedSerializer<BufferedRequestState<PutRecordsRequestEntry>> getWriterStateSerializer() {
        return new EntrySerializer();
    }
}
