package io.github.lambdamemoryoptimizer.kinesis;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * A shard as the enumerator sees it.
 *
 * @param parentIds the shard that it was split from, or the two that it was merged from; otherwise empty.
 * @param position where its next reader starts. Only the reader knows how far it has read since.
 */
record TrackedShard(String shardId, List<String> parentIds, StartingPosition position, Status status) {
    enum Status {
        /** No reader has it yet. */
        PENDING,
        /** A reader has it. */
        ASSIGNED,
        /** Read to its end. Kept while ListShards still names it. */
        FINISHED
    }

    /** A shard that no reader has read from yet. */
    static TrackedShard unread(String shardId, List<String> parentIds) {
        return new TrackedShard(shardId, parentIds, StartingPosition.TRIM_HORIZON, Status.PENDING);
    }

    static TrackedShard unread(Shard shard) {
        return unread(
                shard.shardId(),
                Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                        .filter(parentId -> parentId != null && !parentId.isEmpty())
                        .toList());
    }

    TrackedShard with(Status newStatus) {
        return new TrackedShard(shardId, parentIds, position, newStatus);
    }

    TrackedShard pendingAt(StartingPosition newPosition) {
        return new TrackedShard(shardId, parentIds, newPosition, Status.PENDING);
    }
}
