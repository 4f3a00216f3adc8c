package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;

/** How far one shard has been read, and when it may be polled again. */
final class ShardCursor {
    private final Retries retries;
    private ShardSplit split;
    private String iterator;
    private long dueNanos = System.nanoTime();
    private boolean ended;

    ShardCursor(ShardSplit split, Retries retries) {
        this.split = split;
        this.retries = retries;
    }

    ShardSplit split() {
        return split;
    }

    /** Null if a new one must be requested. */
    String iterator() {
        return iterator;
    }

    boolean ended() {
        return ended;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** @param nextIterator as GetRecords returns it: null at the shard's end. */
    void advance(String nextIterator, Duration pause) {
        iterator = nextIterator;
        ended = nextIterator == null;
        retries.succeeded();
        dueAfter(pause);
    }

    void read(String lastSequenceNumber) {
        split = new ShardSplit(split.shardId(), StartingPosition.after(lastSequenceNumber));
    }

    void forgetIterator() {
        iterator = null;
    }

    void useIterator(String freshIterator) {
        iterator = freshIterator;
    }

    /** @throws org.apache.flink.util.FlinkRuntimeException if the shard must not be polled again. */
    void failed(RuntimeException error) {
        dueAfter(retries.failed(error, "read shard " + split.shardId() + " of"));
    }

    private void dueAfter(Duration pause) {
        dueNanos = System.nanoTime() + pause.toNanos();
    }
}
