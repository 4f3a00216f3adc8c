package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;

/** How far one shard is read, and when it may be asked again. */
final class ShardCursor {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 5;

    private ShardSplit split;
    private String iterator;
    private long dueNanos = System.nanoTime();
    private int failures;
    private boolean ended;

    ShardCursor(ShardSplit split) {
        this.split = split;
    }

    ShardSplit split() {
        return split;
    }

    /** Null if one must be asked for. */
    String iterator() {
        return iterator;
    }

    boolean ended() {
        return ended;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** The iterator that GetRecords gives next; null at the shard's end. */
    void advance(String nextIterator, Duration pause) {
        iterator = nextIterator;
        ended = nextIterator == null;
        failures = 0;
        dueAfter(pause);
    }

    void read(String lastSequenceNumber) {
        split = new ShardSplit(split.shardId(), StartingPosition.after(lastSequenceNumber));
    }

    void end() {
        advance(null, Duration.ZERO);
    }

    void forgetIterator() {
        iterator = null;
    }

    void useIterator(String freshIterator) {
        iterator = freshIterator;
    }

    /** Waits 0.5 s after a first failure, twice as long after each further one, at most 16 s. */
    void backOff() {
        dueAfter(FIRST_BACKOFF.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)));
        failures++;
    }

    private void dueAfter(Duration pause) {
        dueNanos = System.nanoTime() + pause.toNanos();
    }
}
