package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** Makes the format of tables {@code WITH ('format' = 'cloudwatch-logs-reports', ...)}. */
public final class LogsFormatFactory implements DeserializationFormatFactory {
    @Override
    public String factoryIdentifier() {
        return "cloudwatch-logs-reports";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(LogsFormatOptions.REGION);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(LogsFormatOptions.PARTITION, LogsFormatOptions.FUNCTION_NAMES);
    }

    @Override
    public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
            DynamicTableFactory.Context context, ReadableConfig options) {
        FactoryUtil.validateFactoryOptions(this, options);
        String partition = checked(options, LogsFormatOptions.PARTITION, "aws[a-z-]*", "a partition's name");
        String region = checked(options, LogsFormatOptions.REGION, "[a-z0-9-]+", "a region's name");
        Map<String, String> names = options.get(LogsFormatOptions.FUNCTION_NAMES);
        names.forEach((logGroup, name) -> {
            if (!LogSource.isFunctionName(name)) {
                throw new ValidationException(
                        "Option 'function-names' has '%s' for %s; it must be a function's name.".formatted(name, logGroup));
            }
        });
        return new DecodingFormat<>() {
            @Override
            public DeserializationSchema<RowData> createRuntimeDecoder(
                    DynamicTableSource.Context context, DataType rowType) {
                return new LogsDeserializer(
                        new LogSource(partition, region, names),
                        ReportColumns.of((RowType) rowType.getLogicalType()),
                        context.createTypeInformation(rowType));
            }

            @Override
            public ChangelogMode getChangelogMode() {
                return ChangelogMode.insertOnly();
            }
        };
    }

    private static String checked(
            ReadableConfig options, ConfigOption<String> option, String pattern, String allowed) {
        String value = options.get(option);
        if (!value.matches(pattern)) {
            throw new ValidationException(
                    "Option '%s' is '%s'; it must be %s.".formatted(option.key(), value, allowed));
        }
        return value;
    }
}
