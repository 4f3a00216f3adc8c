package io.github.lambdamemoryoptimizer.kinesis;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Reader to enumerator: the shard's last record is emitted. Enumerator to reader, in answer: its children are
 * assigned where they can be, so that the shard need not hold the watermark back any longer.
 */
record ShardFinished(String shardId) implements SourceEvent {}
