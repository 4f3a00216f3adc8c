package io.github.lambdamemoryoptimizer.kinesis;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * A stream as a source of rows; its splits are the shards. After a restore the readers hand their shards back to the
 * enumerator, which distributes them again and learns which ones are finished.
 */
final class KinesisSource
        implements Source<RowData, ShardSplit, EnumeratorState>,
                ResultTypeQueryable<RowData>,
                SupportsSplitReassignmentOnRecovery {
    private static final long serialVersionUID = 1;

    private final SourceSettings settings;
    private final DeserializationSchema<RowData> format;
    private final TypeInformation<RowData> producedType;
    private final boolean withTimestamp;

    /** @param withTimestamp whether each row ends with its record's arrival time. */
    KinesisSource(
            SourceSettings settings,
            DeserializationSchema<RowData> format,
            TypeInformation<RowData> producedType,
            boolean withTimestamp) {
        this.settings = settings;
        this.format = format;
        this.producedType = producedType;
        this.withTimestamp = withTimestamp;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return producedType;
    }

    @Override
    public SourceReader<RowData, ShardSplit> createReader(SourceReaderContext context) throws Exception {
        format.open(new FormatContext(context.metricGroup(), context.getUserCodeClassLoader()));
        ReaderMetrics metrics = new ReaderMetrics(
                context.metricGroup(), StreamArn.name(settings.stream().arn()));
        Set<String> ended = new HashSet<>();
        Set<String> released = ConcurrentHashMap.newKeySet();
        return new KinesisSourceReader(
                () -> new ShardSplitReader(
                        settings.stream().open(),
                        settings.maxRecords(),
                        settings.busyPause(),
                        settings.idlePause(),
                        released,
                        metrics),
                new RowEmitter(format, withTimestamp, metrics, finished -> {
                    ended.add(finished.shardId());
                    context.sendSourceEventToCoordinator(finished);
                }),
                ended,
                released,
                metrics,
                context);
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> createEnumerator(SplitEnumeratorContext<ShardSplit> context) {
        return enumerator(context, new EnumeratorState(settings.stream().arn(), List.of()), false);
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<ShardSplit> context, EnumeratorState state) {
        String streamArn = settings.stream().arn();
        if (!state.streamArn().equals(streamArn)) {
            throw new IllegalArgumentException(
                    "The state belongs to stream %s, the table reads %s: restore it there, or start without state."
                            .formatted(state.streamArn(), streamArn));
        }
        return enumerator(context, state, true);
    }

    @Override
    public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
        return new ShardSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return new EnumeratorState.Serializer();
    }

    private ShardEnumerator enumerator(
            SplitEnumeratorContext<ShardSplit> context, EnumeratorState state, boolean restored) {
        return new ShardEnumerator(
                context,
                settings.stream().open(),
                settings.discoveryInterval(),
                new ShardTracker(state.shards()),
                restored);
    }

    private record FormatContext(MetricGroup getMetricGroup, UserCodeClassLoader getUserCodeClassLoader)
            implements DeserializationSchema.InitializationContext {}
}
