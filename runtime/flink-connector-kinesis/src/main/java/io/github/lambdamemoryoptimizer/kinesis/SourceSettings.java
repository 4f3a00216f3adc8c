package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.time.Duration;

/**
 * A source table's options, checked.
 *
 * @param discoveryInterval between two ListShards calls.
 * @param maxRecords of one GetRecords call.
 * @param busyPause the pause before a shard that had records is polled again.
 * @param idlePause the pause before an empty shard is polled again.
 */
record SourceSettings(
        StreamAddress stream, Duration discoveryInterval, int maxRecords, Duration busyPause, Duration idlePause)
        implements Serializable {}
