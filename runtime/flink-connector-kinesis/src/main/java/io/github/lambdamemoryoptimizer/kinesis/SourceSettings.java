package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.time.Duration;

/**
 * A source table's options, checked.
 *
 * @param discoveryInterval between two ListShards.
 * @param maxRecords of one GetRecords.
 * @param busyPause before a shard that had records is asked again.
 * @param idlePause before a shard that had nothing is asked again.
 */
record SourceSettings(
        StreamAddress stream, Duration discoveryInterval, int maxRecords, Duration busyPause, Duration idlePause)
        implements Serializable {}
