package io.github.lambdamemoryoptimizer.kinesis;

import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.FlinkRuntimeException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Turns a row into an entry of PutRecords. */
final class EntryConverter implements ElementConverter<RowData, PutRecordsRequestEntry> {
    private static final long serialVersionUID = 1;

    private final SerializationSchema<RowData> format;
    private final PartitionKey partitionKey;

    EntryConverter(SerializationSchema<RowData> format, PartitionKey partitionKey) {
        this.format = format;
        this.partitionKey = partitionKey;
    }

    @Override
    public void open(WriterInitContext context) {
        try {
            format.open(context.asSerializationSchemaInitializationContext());
        } catch (Exception e) {
            throw new FlinkRuntimeException("The table's format can't be opened.", e);
        }
    }

    @Override
    public PutRecordsRequestEntry apply(RowData row, SinkWriter.Context context) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(partitionKey.of(row))
                .data(SdkBytes.fromByteArray(format.serialize(row)))
                .build();
    }
}
