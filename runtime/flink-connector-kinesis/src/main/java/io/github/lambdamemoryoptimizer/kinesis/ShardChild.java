package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.ChildShard;

/**
 * A shard that another one was split or merged into.
 *
 * @param parentIds the one shard that was split, or the two that were merged.
 */
record ShardChild(String shardId, List<String> parentIds) implements Serializable {
    static ShardChild of(ChildShard child) {
        return new ShardChild(child.shardId(), List.copyOf(child.parentShards()));
    }
}
