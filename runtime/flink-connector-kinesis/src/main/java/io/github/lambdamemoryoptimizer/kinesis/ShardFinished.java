package io.github.lambdamemoryoptimizer.kinesis;

import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Reader to enumerator: the shard's last record has been emitted.
 *
 * @param children the shards that follow it, as GetRecords named them; empty where the endpoint names none.
 */
record ShardFinished(String shardId, List<ShardChild> children) implements SourceEvent {}
