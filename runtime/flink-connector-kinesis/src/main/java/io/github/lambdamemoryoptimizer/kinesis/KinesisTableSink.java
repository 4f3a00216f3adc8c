package io.github.lambdamemoryoptimizer.kinesis;

import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.EncodingFormat;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** A table that is written; PARTITIONED BY names the columns of the partition key. */
final class KinesisTableSink implements DynamicTableSink, SupportsPartitioning {
    private final SinkSettings settings;
    private final EncodingFormat<SerializationSchema<RowData>> format;
    private final DataType rowType;
    private final List<String> partitionColumns;

    KinesisTableSink(
            SinkSettings settings,
            EncodingFormat<SerializationSchema<RowData>> format,
            DataType rowType,
            List<String> partitionColumns) {
        this.settings = settings;
        this.format = format;
        this.rowType = rowType;
        this.partitionColumns = partitionColumns;
    }

    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return format.getChangelogMode();
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        return SinkV2Provider.of(new KinesisSink(
                settings,
                new EntryConverter(
                        format.createRuntimeEncoder(context, rowType),
                        new PartitionKey((RowType) rowType.getLogicalType(), partitionColumns))));
    }

    @Override
    public void applyStaticPartition(Map<String, String> partition) {
        // A static partition's values are in the rows too.
    }

    @Override
    public DynamicTableSink copy() {
        return new KinesisTableSink(settings, format, rowType, partitionColumns);
    }

    @Override
    public String asSummaryString() {
        return "Kinesis";
    }
}
