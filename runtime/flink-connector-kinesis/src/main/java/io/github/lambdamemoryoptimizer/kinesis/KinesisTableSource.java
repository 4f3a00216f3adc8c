package io.github.lambdamemoryoptimizer.kinesis;

import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;

/**
 * A table that is read. Its watermarks are per shard, so that a shard that lags behind loses nothing. As with Flink's
 * other sources, a silent shard, or a subtask that never had one, holds event time back until
 * {@code table.exec.source.idle-timeout}, which is off by default.
 *
 * <p>It has one metadata column, {@code timestamp}: when the record arrived at the stream, which Kinesis calls its
 * approximate arrival timestamp.
 */
final class KinesisTableSource implements ScanTableSource, SupportsReadingMetadata, SupportsWatermarkPushDown {
    private static final Map<String, DataType> METADATA =
            Map.of("timestamp", DataTypes.TIMESTAMP_LTZ(3).notNull());

    private final String tableName;
    private final SourceSettings settings;
    private final DecodingFormat<DeserializationSchema<RowData>> format;
    private final DataType rowType;
    private DataType producedType;
    private boolean withTimestamp;
    private WatermarkStrategy<RowData> watermarks = WatermarkStrategy.noWatermarks();

    KinesisTableSource(
            String tableName,
            SourceSettings settings,
            DecodingFormat<DeserializationSchema<RowData>> format,
            DataType rowType) {
        this.tableName = tableName;
        this.settings = settings;
        this.format = format;
        this.rowType = rowType;
        this.producedType = rowType;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return format.getChangelogMode();
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return METADATA;
    }

    @Override
    public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
        withTimestamp = !metadataKeys.isEmpty();
        producedType = producedDataType;
    }

    @Override
    public void applyWatermark(WatermarkStrategy<RowData> watermarkStrategy) {
        watermarks = watermarkStrategy;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        KinesisSource source = new KinesisSource(
                settings,
                format.createRuntimeDecoder(context, rowType),
                context.createTypeInformation(producedType),
                withTimestamp);
        return new DataStreamScanProvider() {
            @Override
            public DataStream<RowData> produceDataStream(
                    ProviderContext provider, StreamExecutionEnvironment environment) {
                DataStreamSource<RowData> stream =
                        environment.fromSource(source, watermarks, "Kinesis source: " + tableName);
                provider.generateUid("kinesis").ifPresent(stream::uid);
                return stream;
            }

            @Override
            public boolean isBounded() {
                return false;
            }
        };
    }

    @Override
    public DynamicTableSource copy() {
        KinesisTableSource copy = new KinesisTableSource(tableName, settings, format, rowType);
        copy.producedType = producedType;
        copy.withTimestamp = withTimestamp;
        copy.watermarks = watermarks;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return "Kinesis";
    }
}
