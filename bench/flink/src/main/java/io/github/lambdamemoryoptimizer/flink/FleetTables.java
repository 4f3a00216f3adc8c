package io.github.lambdamemoryoptimizer.flink;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * The bench's connector. It has the name of the deployed one, and takes and ignores its options, so that the SQL files
 * run as they are.
 */
public final class FleetTables implements DynamicTableSourceFactory, DynamicTableSinkFactory {
    /** The telemetry that a table reads. */
    static volatile List<Fleet> phases;

    @Override
    public String factoryIdentifier() {
        return "kinesis";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return LogTables.records == null
                ? new Telemetries(context.getPhysicalRowDataType())
                : LogTables.source(this, context);
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return new Recommendations(context.getPhysicalRowDataType());
    }

    private static final class Telemetries
            implements ScanTableSource, SupportsReadingMetadata, SupportsWatermarkPushDown {
        private DataType type;
        private WatermarkStrategy<RowData> watermarks = WatermarkStrategy.noWatermarks();

        Telemetries(DataType type) {
            this.type = type;
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
            List<String> columns = DataType.getFieldNames(type);
            FleetSource<RowData> source = new FleetSource<>(phases, rowConverter(columns));
            return new DataStreamScanProvider() {
                @Override
                public DataStream<RowData> produceDataStream(
                        ProviderContext provider, StreamExecutionEnvironment environment) {
                    DataStreamSource<RowData> stream = environment.fromSource(
                            source, watermarks, "telemetry", context.<RowData>createTypeInformation(type));
                    provider.generateUid("telemetry").ifPresent(stream::uid);
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
            Telemetries copy = new Telemetries(type);
            copy.watermarks = watermarks;
            return copy;
        }

        @Override
        public String asSummaryString() {
            return "fleet";
        }
    }

    private static FleetSource.Converter<RowData> rowConverter(List<String> columns) {
        int[] fields = columns.stream().mapToInt(FleetTables::field).toArray();
        return report -> {
            GenericRowData row = new GenericRowData(fields.length);
            for (int i = 0; i < fields.length; i++) {
                row.setField(i, value(report, fields[i]));
            }
            return row;
        };
    }

    private static final List<String> COLUMNS = List.of(
            "functionArn",
            "functionVersion",
            "memorySizeMB",
            "maxMemoryUsedMB",
            "invocations",
            "durationMs",
            "durationSquaredMs2",
            "cpuMs",
            "billedDurationMs",
            "initDurationMs",
            "coldStarts",
            "errors",
            "timeouts",
            "outOfMemory",
            "firstReportAt",
            "lastReportAt",
            "timestamp",
            "heartbeatAt");

    private static int field(String column) {
        // Metadata columns have a prefixed name, or the name of the table's column.
        String name = column.equals("$metadata$timestamp") || column.equals("arrivedAt") ? "timestamp" : column;
        int field = COLUMNS.indexOf(name);
        if (field < 0) {
            throw new IllegalArgumentException("The bench knows no telemetry column " + column + ".");
        }
        return field;
    }

    private static Object value(Telemetry report, int field) {
        return switch (field) {
            case 0 -> StringData.fromString(report.functionArn);
            case 1 -> StringData.fromString(report.functionVersion);
            case 2 -> report.memorySizeMB;
            case 3 -> report.maxMemoryUsedMB;
            case 4 -> report.invocations;
            case 5 -> report.durationMs;
            case 6 -> report.durationSquaredMs2;
            case 7 -> report.cpuMs;
            case 8 -> report.billedDurationMs;
            case 9 -> report.initDurationMs;
            case 10 -> report.coldStarts;
            case 11 -> report.errors;
            case 12 -> report.timeouts;
            case 13 -> report.outOfMemory;
            case 14 -> TimestampData.fromEpochMillis(report.firstReportAt);
            case 15 -> TimestampData.fromEpochMillis(report.lastReportAt);
            case 16 -> TimestampData.fromEpochMillis(report.arrivedAt);
            default -> null;
        };
    }

    private static final class Recommendations implements DynamicTableSink, SupportsPartitioning {
        private final DataType type;

        Recommendations(DataType type) {
            this.type = type;
        }

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return ChangelogMode.insertOnly();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            List<LogicalType> types = type.getLogicalType().getChildren();
            RowData.FieldGetter[] getters = IntStream.range(0, types.size())
                    .mapToObj(i -> RowData.createFieldGetter(types.get(i), i))
                    .toArray(RowData.FieldGetter[]::new);
            return SinkV2Provider.of(new CollectingSink<RowData>(row -> {
                Object[] values = new Object[getters.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = plain(getters[i].getFieldOrNull(row), types.get(i));
                }
                return values;
            }));
        }

        @Override
        public void applyStaticPartition(Map<String, String> partition) {}

        @Override
        public DynamicTableSink copy() {
            return new Recommendations(type);
        }

        @Override
        public String asSummaryString() {
            return "collected";
        }
    }

    private static Object plain(Object value, LogicalType type) {
        if (value instanceof TimestampData time) {
            return time.getMillisecond();
        }
        if (value instanceof RowData row) {
            List<LogicalType> types = type.getChildren();
            return IntStream.range(0, types.size())
                    .mapToObj(i -> plain(
                            RowData.createFieldGetter(types.get(i), i).getFieldOrNull(row), types.get(i)))
                    .toList()
                    .toString();
        }
        return value instanceof StringData text ? text.toString() : value;
    }
}
