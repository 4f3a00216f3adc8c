package io.github.lambdamemoryoptimizer.kinesis;

import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Record;

/** What the fetcher thread hands to the emitter: the records of a shard, then its end. */
sealed interface Fetched {
    record Data(Record record) implements Fetched {}

    /** @param children the shards that follow; empty where GetRecords names none. */
    record End(List<ShardChild> children) implements Fetched {}
}
