package io.github.lambdamemoryoptimizer.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.RuntimeContextInitializationContextAdapters;
import org.apache.flink.streaming.api.datastream.DataStream;
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
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.Collector;

/** The logs table from memory, through the table's own format as the Kinesis connector hands records to it. */
final class LogTables implements ScanTableSource, SupportsReadingMetadata, SupportsWatermarkPushDown {
    /** What the logs table reads; null where it isn't a run with logs. */
    static volatile List<byte[]> records;
    /** When the first record was read, by System.nanoTime; 0 before. */
    static volatile long startedAt;

    private final List<byte[]> read;
    private final DecodingFormat<DeserializationSchema<RowData>> format;
    private final DataType rowType;
    private DataType type;
    private WatermarkStrategy<RowData> watermarks = WatermarkStrategy.noWatermarks();

    /** @param format null where the table is empty. */
    private LogTables(
            List<byte[]> read, DecodingFormat<DeserializationSchema<RowData>> format, DataType rowType) {
        this.read = read;
        this.format = format;
        this.rowType = rowType;
        this.type = rowType;
    }

    /** The table of the logs stream; every other table is empty. */
    static LogTables source(FleetTables factory, DynamicTableFactory.Context context) {
        if (!context.getObjectIdentifier().getObjectName().equals("logs")) {
            return new LogTables(List.of(), null, context.getPhysicalRowDataType());
        }
        DecodingFormat<DeserializationSchema<RowData>> format = FactoryUtil.createTableFactoryHelper(factory, context)
                .discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT);
        return new LogTables(records, format, context.getPhysicalRowDataType());
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return Map.of("timestamp", DataTypes.TIMESTAMP_LTZ(3).notNull());
    }

    @Override
    public void applyReadableMetadata(List<String> keys, DataType producedType) {
        type = producedType;
    }

    @Override
    public void applyWatermark(WatermarkStrategy<RowData> strategy) {
        watermarks = strategy;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        DeserializationSchema<RowData> decoder = format == null ? null : format.createRuntimeDecoder(context, rowType);
        return new DataStreamScanProvider() {
            @Override
            public DataStream<RowData> produceDataStream(
                    ProviderContext provider, StreamExecutionEnvironment environment) {
                int last = Math.max(0, read.size() - 1);
                return environment
                        .fromSequence(0, last)
                        .setParallelism(1)
                        .flatMap(new Decode(decoder))
                        .returns(context.<RowData>createTypeInformation(type))
                        .assignTimestampsAndWatermarks(watermarks);
            }

            @Override
            public boolean isBounded() {
                // Like the stream that it stands for, so that the plan is the deployed one.
                return false;
            }
        };
    }

    @Override
    public DynamicTableSource copy() {
        LogTables copy = new LogTables(read, format, rowType);
        copy.type = type;
        copy.watermarks = watermarks;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return "logs";
    }

    /** As the connector does: a record's rows, each with its record's time of arrival. */
    private static final class Decode extends RichFlatMapFunction<Long, RowData> {
        private static final long serialVersionUID = 1;

        private final DeserializationSchema<RowData> decoder;
        private transient List<RowData> rows;

        Decode(DeserializationSchema<RowData> decoder) {
            this.decoder = decoder;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            rows = new ArrayList<>();
            if (decoder != null) {
                decoder.open(RuntimeContextInitializationContextAdapters.deserializationAdapter(getRuntimeContext()));
            }
        }

        @Override
        public void flatMap(Long index, Collector<RowData> out) throws IOException {
            if (decoder == null) {
                return;
            }
            if (startedAt == 0) {
                startedAt = System.nanoTime();
            }
            rows.clear();
            decoder.deserialize(records.get(index.intValue()), new ListCollector<>(rows));
            TimestampData arrivedAt = TimestampData.fromEpochMillis(LogBench.ARRIVED_AT_MS);
            for (RowData row : rows) {
                out.collect(new JoinedRowData(row.getRowKind(), row, GenericRowData.of(arrivedAt)));
            }
        }
    }
}
