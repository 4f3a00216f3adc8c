package io.github.lambdamemoryoptimizer.kinesis;

import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.FLUSH_BUFFER_SIZE;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.FLUSH_BUFFER_TIMEOUT;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_BATCH_SIZE;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_BUFFERED_REQUESTS;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_IN_FLIGHT_REQUESTS;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.SerializationFormatFactory;

/** Makes sources and sinks of tables {@code WITH ('connector' = 'kinesis', ...)}. */
public final class KinesisTableFactory implements DynamicTableSourceFactory, DynamicTableSinkFactory {
    @Override
    public String factoryIdentifier() {
        return "kinesis";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(KinesisOptions.STREAM_ARN, KinesisOptions.AWS_REGION, FactoryUtil.FORMAT);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(
                KinesisOptions.AWS_ENDPOINT,
                KinesisOptions.CALL_ATTEMPT_TIMEOUT,
                KinesisOptions.CALL_TIMEOUT,
                KinesisOptions.RETRY_TIMEOUT,
                KinesisOptions.INIT_POSITION,
                KinesisOptions.DISCOVERY_INTERVAL,
                KinesisOptions.MAX_RECORDS,
                KinesisOptions.BUSY_PAUSE,
                KinesisOptions.IDLE_PAUSE,
                KinesisOptions.READER_TYPE,
                KinesisOptions.FAIL_ON_ERROR,
                MAX_BATCH_SIZE,
                MAX_IN_FLIGHT_REQUESTS,
                MAX_BUFFERED_REQUESTS,
                FLUSH_BUFFER_SIZE,
                FLUSH_BUFFER_TIMEOUT);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context given) {
        Context context = withOverrides(given);
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        var format = helper.discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT);
        helper.validate();
        return new KinesisTableSource(
                context.getObjectIdentifier().getObjectName(),
                TableOptions.source(helper.getOptions()),
                format,
                context.getPhysicalRowDataType());
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context given) {
        Context context = withOverrides(given);
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        var format = helper.discoverEncodingFormat(SerializationFormatFactory.class, FactoryUtil.FORMAT);
        helper.validate();
        return new KinesisTableSink(
                TableOptions.sink(helper.getOptions()),
                format,
                context.getPhysicalRowDataType(),
                context.getCatalogTable().getPartitionKeys());
    }

    private Context withOverrides(Context context) {
        Map<String, String> options = new HashMap<>(context.getCatalogTable().getOptions());
        for (ConfigOption<?> option : optionalOptions()) {
            context.getConfiguration()
                    .getOptional(ConfigOptions.key(KinesisOptions.OVERRIDE_PREFIX + option.key())
                            .stringType()
                            .noDefaultValue())
                    .ifPresent(value -> options.put(option.key(), value));
        }
        return new FactoryUtil.DefaultDynamicTableContext(
                context.getObjectIdentifier(),
                context.getCatalogTable().copy(options),
                context.getEnrichmentOptions(),
                context.getConfiguration(),
                context.getClassLoader(),
                context.isTemporary());
    }
}
