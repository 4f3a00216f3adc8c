package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.time.Duration;

/**
 * A source table's options, checked.
 *
 * @param discoveryInterval between two ListShards calls.
 * @param maxRecords of one GetRecords call.
 * @param idlePause the pause before an empty shard is polled again.
 */
record SourceSettings(StreamAddress stream, Duration discoveryInterval, int maxRecords, Duration idlePause)
        implements Serializable {}
