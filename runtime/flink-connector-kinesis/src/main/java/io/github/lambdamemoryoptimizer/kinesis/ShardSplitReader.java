package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Reads a reader's shards in turn with GetRecords, one call at a time, on the reader's one fetcher thread. */
final class ShardSplitReader implements SplitReader<Fetched, ShardSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(ShardSplitReader.class);
    private static final Duration FIRST_RETRY_PAUSE = Duration.ofMillis(500);

    private final KinesisStream stream;
    private final int maxRecords;
    private final Duration busyPause;
    private final Duration idlePause;
    private final Set<String> released;
    private final ReaderMetrics metrics;
    private final Map<String, ShardCursor> cursors = new LinkedHashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Object wakeUpLock = new Object();
    private boolean wokenUp;

    /**
     * @param maxRecords of one GetRecords call, 1 to 10,000.
     * @param busyPause the pause before a shard that had records is polled again.
     * @param idlePause the pause before an empty shard is polled again.
     * @param released finished shards that no longer need to hold the watermark back; filled by another thread.
     */
    ShardSplitReader(
            KinesisStream stream,
            int maxRecords,
            Duration busyPause,
            Duration idlePause,
            Set<String> released,
            ReaderMetrics metrics) {
        this.stream = stream;
        this.maxRecords = maxRecords;
        this.busyPause = busyPause;
        this.idlePause = idlePause;
        this.released = released;
        this.metrics = metrics;
    }

    @Override
    public RecordsWithSplitIds<Fetched> fetch() {
        RecordsBySplits.Builder<Fetched> fetched = new RecordsBySplits.Builder<>();
        letReleasedGo(fetched);
        nextDue().ifPresent(cursor -> poll(cursor, fetched));
        return fetched.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException("Shards are only ever added, not " + change);
        }
        change.splits().forEach(split ->
                cursors.put(split.shardId(), new ShardCursor(split, stream.retries(FIRST_RETRY_PAUSE))));
    }

    @Override
    public void pauseOrResumeSplits(Collection<ShardSplit> toPause, Collection<ShardSplit> toResume) {
        toPause.forEach(split -> paused.add(split.shardId()));
        toResume.forEach(split -> paused.remove(split.shardId()));
    }

    @Override
    public void wakeUp() {
        synchronized (wakeUpLock) {
            wokenUp = true;
            wakeUpLock.notifyAll();
        }
    }

    @Override
    public void close() {
        stream.close();
    }

    /**
     * The reader's last shard stays. Without any output, a reader would count as active with its last watermark, and
     * {@code table.exec.source.idle-timeout} would never make it idle.
     */
    private void letReleasedGo(RecordsBySplits.Builder<Fetched> fetched) {
        for (ShardCursor cursor : List.copyOf(cursors.values())) {
            String shardId = cursor.split().shardId();
            if (cursor.ended() && cursors.size() > 1 && released.remove(shardId)) {
                cursors.remove(shardId);
                fetched.addFinishedSplit(shardId);
                metrics.forget(shardId);
            }
        }
    }

    /** Waits for the next due shard; empty if none is due yet. */
    private Optional<ShardCursor> nextDue() {
        Optional<ShardCursor> next = cursors.values().stream()
                .filter(cursor -> !cursor.ended() && !paused.contains(cursor.split().shardId()))
                .min(Comparator.comparingLong(cursor -> cursor.dueNanos() - System.nanoTime()));
        long waitMs = Math.min(
                idlePause.toMillis(),
                next.map(cursor -> (cursor.dueNanos() - System.nanoTime() + 999_999) / 1_000_000)
                        .orElse(Long.MAX_VALUE));
        synchronized (wakeUpLock) {
            try {
                if (waitMs > 0 && !wokenUp) {
                    wakeUpLock.wait(waitMs);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            wokenUp = false;
        }
        return next.filter(cursor -> cursor.dueNanos() - System.nanoTime() <= 0);
    }

    private void poll(ShardCursor cursor, RecordsBySplits.Builder<Fetched> fetched) {
        try {
            read(cursor, fetched);
        } catch (SdkException e) {
            cursor.failed(e);
            LOG.warn("Can't read shard {} of {} now; trying again.", cursor.split().shardId(), stream.arn(), e);
        }
    }

    private void read(ShardCursor cursor, RecordsBySplits.Builder<Fetched> fetched) {
        String shardId = cursor.split().shardId();
        GetRecordsResponse response;
        try {
            if (cursor.iterator() == null) {
                cursor.useIterator(stream.shardIterator(cursor.split()));
            }
            response = stream.getRecords(cursor.iterator(), maxRecords);
        } catch (ExpiredIteratorException e) {
            cursor.forgetIterator();
            throw e;
        } catch (ResourceNotFoundException e) {
            if (isListed(shardId)) {
                throw e;
            }
            LOG.warn("Shard {} of {} is past its retention; what was unread in it is lost.", shardId, stream.arn());
            end(cursor, List.of(), fetched);
            return;
        }
        // Added one by one, because the builder would keep the SDK's immutable list, and the end must be added to it.
        response.records().forEach(record -> fetched.add(shardId, new Fetched.Data(record)));
        if (!response.records().isEmpty()) {
            cursor.read(response.records().get(response.records().size() - 1).sequenceNumber());
        }
        metrics.behind(shardId, response.millisBehindLatest());
        if (response.nextShardIterator() == null) {
            end(cursor, response.childShards().stream().map(ShardChild::of).toList(), fetched);
        } else {
            cursor.advance(response.nextShardIterator(), response.records().isEmpty() ? idlePause : busyPause);
        }
    }

    private static void end(
            ShardCursor cursor, List<ShardChild> children, RecordsBySplits.Builder<Fetched> fetched) {
        cursor.advance(null, Duration.ZERO);
        fetched.add(cursor.split().shardId(), new Fetched.End(children));
    }

    /** Distinguishes a shard past its retention from a missing stream, for which ListShards fails too. */
    private boolean isListed(String shardId) {
        return stream.listShards().stream().anyMatch(shard -> shard.shardId().equals(shardId));
    }
}
