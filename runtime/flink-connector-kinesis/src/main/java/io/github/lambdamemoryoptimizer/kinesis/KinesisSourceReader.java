package io.github.lambdamemoryoptimizer.kinesis;

import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.table.data.RowData;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * A subtask's reader. A shard that has ended stays with it, and holds its watermark back, until the enumerator has
 * handed the shard's children on; restored meanwhile, it finds the shard's end again.
 */
@SuppressWarnings("try") // Flink's own close() may throw an InterruptedException.
final class KinesisSourceReader
        extends SingleThreadMultiplexSourceReaderBase<Record, RowData, ShardSplit, ShardState> {
    private final Set<String> released;

    /** @param released where the split reader finds the ended shards that may go. */
    KinesisSourceReader(
            Supplier<SplitReader<Record, ShardSplit>> splitReader,
            RowEmitter emitter,
            Set<String> released,
            SourceReaderContext context) {
        super(splitReader, emitter, context.getConfiguration(), context);
        this.released = released;
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ShardFinished finished) {
            released.add(finished.shardId());
        } else {
            super.handleSourceEvents(event);
        }
    }

    @Override
    protected void onSplitFinished(Map<String, ShardState> finished) {
        // The enumerator knows: it released them.
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
