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
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Reads a reader's shards in turn with GetRecords, one call at a time, on the reader's one fetcher thread. */
final class ShardSplitReader implements SplitReader<Record, ShardSplit> {
    /** Stands behind a shard's last record. */
    static final Record SHARD_END = Record.builder().sequenceNumber("end").build();

    private static final Logger LOG = LoggerFactory.getLogger(ShardSplitReader.class);
    /** GetRecords allows five calls a second and shard ("Quotas and limits" of the Kinesis developer guide). */
    private static final Duration BUSY_PAUSE = Duration.ofMillis(200);

    private final KinesisStream stream;
    private final int maxRecords;
    private final Duration idlePause;
    private final Set<String> released;
    private final ReaderMetrics metrics;
    private final Map<String, ShardCursor> cursors = new LinkedHashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Object wakeUpLock = new Object();
    private boolean wokenUp;

    /**
     * @param maxRecords of one GetRecords call, 1 to 10,000.
     * @param idlePause before a shard that had nothing is asked again.
     * @param released finished shards that need not hold the watermark back any longer; filled by another thread.
     */
    ShardSplitReader(
            KinesisStream stream, int maxRecords, Duration idlePause, Set<String> released, ReaderMetrics metrics) {
        this.stream = stream;
        this.maxRecords = maxRecords;
        this.idlePause = idlePause;
        this.released = released;
        this.metrics = metrics;
    }

    @Override
    public RecordsWithSplitIds<Record> fetch() {
        RecordsBySplits.Builder<Record> fetched = new RecordsBySplits.Builder<>();
        letReleasedGo(fetched);
        nextDue().ifPresent(cursor -> poll(cursor, fetched));
        return fetched.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException("Shards are only ever added, not " + change);
        }
        change.splits().forEach(split -> cursors.put(split.shardId(), new ShardCursor(split)));
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
     * The reader's last shard stays: Flink takes a reader whose outputs are all gone for active, at its last
     * watermark, and no {@code table.exec.source.idle-timeout} makes it idle.
     */
    private void letReleasedGo(RecordsBySplits.Builder<Record> fetched) {
        for (ShardCursor cursor : List.copyOf(cursors.values())) {
            String shardId = cursor.split().shardId();
            if (cursor.ended() && cursors.size() > 1 && released.remove(shardId)) {
                cursors.remove(shardId);
                fetched.addFinishedSplit(shardId);
                metrics.forget(shardId);
            }
        }
    }

    /** Waits for the shard whose turn is next; empty if it is not time yet. */
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

    private void poll(ShardCursor cursor, RecordsBySplits.Builder<Record> fetched) {
        String shardId = cursor.split().shardId();
        try {
            if (cursor.iterator() == null) {
                cursor.useIterator(stream.shardIterator(cursor.split()));
            }
            GetRecordsResponse response = stream.getRecords(cursor.iterator(), maxRecords);
            if (response.hasRecords() && !response.records().isEmpty()) {
                // One by one: the builder would keep the SDK's list, which takes no end behind it.
                response.records().forEach(record -> fetched.add(shardId, record));
                cursor.read(response.records().get(response.records().size() - 1).sequenceNumber());
                cursor.advance(response.nextShardIterator(), BUSY_PAUSE);
            } else {
                cursor.advance(response.nextShardIterator(), idlePause);
            }
            metrics.behind(shardId, response.millisBehindLatest());
        } catch (ExpiredIteratorException e) {
            cursor.forgetIterator();
        } catch (ResourceNotFoundException e) {
            endIfGone(cursor, e);
        } catch (SdkException e) {
            KinesisErrors.failIfFatal(e, "read shard " + shardId + " of", stream.arn());
            LOG.warn("Can't read shard {} of {} now; trying again.", shardId, stream.arn(), e);
            cursor.backOff();
        }
        if (cursor.ended()) {
            fetched.add(shardId, SHARD_END);
        }
    }

    /** A shard past the stream's retention has ended, whether or not it was read to its end; a missing stream fails. */
    private void endIfGone(ShardCursor cursor, ResourceNotFoundException error) {
        String shardId = cursor.split().shardId();
        boolean gone;
        try {
            gone = stream.listShards().stream().noneMatch(shard -> shard.shardId().equals(shardId));
        } catch (ResourceNotFoundException e) {
            gone = false;
        }
        if (!gone) {
            throw KinesisErrors.fatal(error, "read shard " + shardId + " of", stream.arn());
        }
        LOG.warn(
                "Shard {} of {} is past the stream's retention; what was unread in it is lost.", shardId, stream.arn());
        cursor.end();
    }
}
