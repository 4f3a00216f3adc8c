package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * A source table's options, checked.
 *
 * @param initialTime of AT_TIMESTAMP; null otherwise.
 * @param discoveryInterval between two ListShards.
 * @param maxRecords of one GetRecords.
 * @param idlePause before a shard that had nothing is asked again.
 */
record SourceSettings(
        StreamAddress stream,
        InitialPosition initialPosition,
        Instant initialTime,
        Duration discoveryInterval,
        int maxRecords,
        Duration idlePause)
        implements Serializable {
    /** LATEST starts this much early: Kinesis refuses a time that its own clock has not reached. */
    private static final Duration CLOCK_GRACE = Duration.ofSeconds(1);

    /** @param now when the job starts. */
    StartingPosition start(Instant now) {
        return switch (initialPosition) {
            case LATEST -> StartingPosition.at(now.minus(CLOCK_GRACE));
            case TRIM_HORIZON -> StartingPosition.TRIM_HORIZON;
            case AT_TIMESTAMP -> StartingPosition.at(initialTime);
        };
    }
}
