package io.github.lambdamemoryoptimizer.kinesis;

/** How far one shard has been emitted, which is what a checkpoint holds of it. */
final class ShardState {
    private ShardSplit split;

    ShardState(ShardSplit split) {
        this.split = split;
    }

    String shardId() {
        return split.shardId();
    }

    void emitted(String sequenceNumber) {
        split = new ShardSplit(split.shardId(), StartingPosition.after(sequenceNumber));
    }

    ShardSplit toSplit() {
        return split;
    }
}
