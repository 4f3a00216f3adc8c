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

/** Lists the stream's shards at an interval, and sends the {@link ShardTracker}'s assignments to the readers. */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
    private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

    private final SplitEnumeratorContext<ShardSplit> context;
    private final KinesisStream stream;
    private final Duration discoveryInterval;
    private final ShardTracker tracker;
    private final Retries retries;
    /** By shard id: finished shards whose children a listing must still find. */
    private final Map<String, Unanswered> unanswered = new HashMap<>();

    private boolean awaitsReports;

    /** The time is System.nanoTime(). */
    private record Unanswered(int reader, long finishedNanos) {}

    /** @param begunNanos System.nanoTime() before the first page was requested; later shards may be missing. */
    private record Listing(List<Shard> shards, long begunNanos) {}

    /** @param restored whether the tracker's shards come from a checkpoint. */
    ShardEnumerator(
            SplitEnumeratorContext<ShardSplit> context,
            KinesisStream stream,
            Duration discoveryInterval,
            ShardTracker tracker,
            boolean restored) {
        this.context = context;
        this.stream = stream;
        this.discoveryInterval = discoveryInterval;
        this.tracker = tracker;
        this.retries = stream.retries(discoveryInterval);
        this.awaitsReports = restored;
    }

    @Override
    public void start() {
        context.callAsync(this::list, this::listed, 0, discoveryInterval.toMillis());
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
            if (tracker.finished(finished.shardId(), finished.children())) {
                assign();
                release(finished.shardId(), reader);
            } else {
                unanswered.put(finished.shardId(), new Unanswered(reader, System.nanoTime()));
                // Its children exist by now, so list them without waiting for the next interval.
                context.callAsync(this::list, this::listed);
            }
        }
    }

    @Override
    public void handleSplitRequest(int reader, String host) {
        // Shards are pushed to the readers, never asked for.
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        return new EnumeratorState(stream.arn(), tracker.shards());
    }

    @Override
    public void close() {
        stream.close();
    }

    private Listing list() {
        long begunNanos = System.nanoTime();
        return new Listing(stream.listShards(), begunNanos);
    }

    private void listed(Listing listing, Throwable error) {
        if (error != null) {
            retries.failed(error, "list the shards of");
            LOG.warn("Can't list the shards of {} now; trying again in {}.", stream.arn(), discoveryInterval, error);
            return;
        }
        retries.succeeded();
        tracker.listed(listing.shards());
        assign();
        unanswered.entrySet().removeIf(entry -> {
            Unanswered finished = entry.getValue();
            // A listing begun before the shard's end was read may lack its children.
            boolean answered = listing.begunNanos() - finished.finishedNanos() > 0;
            if (answered) {
                release(entry.getKey(), finished.reader());
            }
            return answered;
        });
    }

    private void release(String shardId, int reader) {
        if (context.registeredReaders().containsKey(reader)) {
            context.sendEventToSourceReader(reader, new ShardReleased(shardId));
        }
    }

    /** Does nothing before all readers are registered, because the first one would get everything. */
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
