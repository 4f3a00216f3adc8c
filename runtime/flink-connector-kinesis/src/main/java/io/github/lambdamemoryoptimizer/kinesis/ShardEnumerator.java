package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Lists the stream's shards, now and again, and carries the {@link ShardTracker}'s assignments to the readers. */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
    private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

    private final SplitEnumeratorContext<ShardSplit> context;
    private final KinesisStream stream;
    private final Duration discoveryInterval;
    private final StartingPosition start;
    private final ShardTracker tracker;
    /** Finished shards whose readers wait for the answer, and those readers. */
    private final Map<String, Integer> unanswered = new HashMap<>();

    private boolean awaitsReports;

    /** @param restored whether the tracker's shards come from a checkpoint. */
    ShardEnumerator(
            SplitEnumeratorContext<ShardSplit> context,
            KinesisStream stream,
            Duration discoveryInterval,
            StartingPosition start,
            ShardTracker tracker,
            boolean restored) {
        this.context = context;
        this.stream = stream;
        this.discoveryInterval = discoveryInterval;
        this.start = start;
        this.tracker = tracker;
        this.awaitsReports = restored;
    }

    @Override
    public void start() {
        context.callAsync(stream::listShards, this::listed, 0, discoveryInterval.toMillis());
    }

    @Override
    public void addReader(int reader) {
        tracker.reported(reader, context.registeredReaders().get(reader).getReportedSplitsOnRegistration());
        assign();
    }

    @Override
    public void addSplitsBack(List<ShardSplit> splits, int reader) {
        tracker.returned(splits);
        assign();
    }

    @Override
    public void handleSourceEvent(int reader, SourceEvent event) {
        if (event instanceof ShardFinished finished) {
            LOG.info("Shard {} is read to its end.", finished.shardId());
            tracker.finished(finished.shardId());
            unanswered.put(finished.shardId(), reader);
            // Its children are there by now, and need not wait for the next round.
            context.callAsync(stream::listShards, this::listed);
        }
    }

    @Override
    public void handleSplitRequest(int reader, String host) {
        // Shards are pushed to the readers, never asked for.
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        return new EnumeratorState(stream.arn(), start, tracker.shards());
    }

    @Override
    public void close() {
        stream.close();
    }

    private void listed(List<Shard> shards, Throwable error) {
        if (error != null) {
            KinesisErrors.failIfFatal(error, "list the shards of", stream.arn());
            LOG.warn("Can't list the shards of {} now; trying again in {}.", stream.arn(), discoveryInterval, error);
            return;
        }
        tracker.listed(shards);
        assign();
        unanswered.forEach((shardId, reader) -> {
            if (context.registeredReaders().containsKey(reader)) {
                context.sendEventToSourceReader(reader, new ShardFinished(shardId));
            }
        });
        unanswered.clear();
    }

    /** Does nothing before all readers are there: the first to come would get everything. */
    private void assign() {
        if (context.registeredReaders().size() < context.currentParallelism()) {
            return;
        }
        if (awaitsReports) {
            tracker.allReported();
            awaitsReports = false;
        }
        Map<Integer, List<ShardSplit>> assignment = tracker.assign(context.currentParallelism());
        if (!assignment.isEmpty()) {
            LOG.info("Assigning shards: {}", assignment);
            context.assignSplits(new SplitsAssignment<>(assignment));
        }
    }
}
