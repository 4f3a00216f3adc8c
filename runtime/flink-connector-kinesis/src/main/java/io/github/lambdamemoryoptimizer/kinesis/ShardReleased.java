package io.github.lambdamemoryoptimizer.kinesis;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Enumerator to reader, in answer to {@link ShardFinished}: the shard's children are known, and assigned where they
 * can be, so the shard no longer has to hold the watermark back.
 */
record ShardReleased(String shardId) implements SourceEvent {}
