package io.github.lambdamemoryoptimizer.kinesis;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;

/**
 * A subtask's reader. It keeps a shard that has ended, whose watermark holds event time back, until the enumerator has
 * assigned the shard's children. It always keeps its last shard. A reader restored with a shard that has ended reads
 * the end again.
 */
@SuppressWarnings("try") // Flink's own close() may throw an InterruptedException.
final class KinesisSourceReader
        extends SingleThreadMultiplexSourceReaderBase<Fetched, RowData, ShardSplit, ShardState> {
    private final Set<String> ended;
    private final Set<String> released;
    private final ReaderMetrics metrics;
    private boolean idleFromHere;

    /**
     * @param ended shards whose last record has been emitted.
     * @param released tells the split reader which of them it may drop.
     */
    KinesisSourceReader(
            Supplier<SplitReader<Fetched, ShardSplit>> splitReader,
            RowEmitter emitter,
            Set<String> ended,
            Set<String> released,
            ReaderMetrics metrics,
            SourceReaderContext context) {
        super(splitReader, emitter, context.getConfiguration(), context);
        this.ended = ended;
        this.released = released;
        this.metrics = metrics;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> output) throws Exception {
        if (idleFromHere) {
            ended.forEach(shardId -> output.createOutputForSplit(shardId).markIdle());
            output.markIdle();
            idleFromHere = false;
        }
        return super.pollNext(output);
    }

    /**
     * A reader with nothing left to read goes idle only after a checkpoint's barrier. Until then, its last rows may
     * wait in a local aggregation, which passes them on with a watermark or at a barrier. If the reader went idle
     * earlier, the other readers would move event time on without it, and those rows would be late.
     */
    @Override
    public List<ShardSplit> snapshotState(long checkpointId) {
        idleFromHere = !ended.isEmpty()
                && ended.size() == getNumberOfCurrentlyAssignedSplits()
                && released.containsAll(ended);
        return super.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        metrics.checkpointCompleted();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ShardReleased answer) {
            released.add(answer.shardId());
        } else {
            super.handleSourceEvents(event);
        }
    }

    @Override
    protected void onSplitFinished(Map<String, ShardState> finished) {
        ended.removeAll(finished.keySet());
    }

    @Override
    protected ShardState initializedState(ShardSplit split) {
        return new ShardState(split);
    }

    @Override
    protected ShardSplit toSplitType(String shardId, ShardState state) {
        return state.toSplit();
    }
}
