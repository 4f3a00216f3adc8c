package io.github.lambdamemoryoptimizer.kinesis;

import io.github.lambdamemoryoptimizer.kinesis.TrackedShard.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Decides which reader reads which shard, and when. It does no I/O: it takes what ListShards returned, what the readers
 * hold and what they have finished, and returns assignments.
 *
 * <p>A shard waits until its parents are read to their end, so that the records of one partition key stay in order
 * across a split or a merge ("Resharding a stream" in the Kinesis developer guide).
 */
final class ShardTracker {
    /** By shard id, which Kinesis gives out in order of creation. */
    private final Map<String, TrackedShard> shards = new TreeMap<>();
    /**
     * Which reader has a shard, or had it last. The shard finished last comes last. The state doesn't include this,
     * because the readers report it after a restore.
     */
    private final Map<String, Integer> readers = new LinkedHashMap<>();

    /** @param known the shards of a restored state. */
    ShardTracker(Collection<TrackedShard> known) {
        known.forEach(this::put);
    }

    /** Takes a complete ListShards answer. */
    void listed(Collection<Shard> listing) {
        listing.forEach(shard -> shards.putIfAbsent(shard.shardId(), TrackedShard.unread(shard)));
        Set<String> named = listing.stream().map(Shard::shardId).collect(Collectors.toSet());
        // Past its retention, a shard has nothing left to read and no child waits for it. A reader that has it finds
        // out by itself.
        shards.values().removeIf(shard -> shard.status() != Status.ASSIGNED && !named.contains(shard.shardId()));
        readers.keySet().retainAll(shards.keySet());
    }

    /**
     * Takes the shards that a reader held in its restored state. They are assigned again, from there, unless another
     * reader has got them since.
     */
    void reported(int reader, Collection<ShardSplit> held) {
        for (ShardSplit split : held) {
            if (readers.getOrDefault(split.shardId(), reader) == reader) {
                returned(List.of(split));
            }
        }
    }

    /** Takes back the shards that a failed reader got since the last checkpoint. */
    void returned(Collection<ShardSplit> splits) {
        for (ShardSplit split : splits) {
            TrackedShard known = shards.getOrDefault(
                    split.shardId(),
                    new TrackedShard(split.shardId(), List.of(), split.position(), Status.PENDING));
            put(known.pendingAt(split.position()));
            readers.remove(split.shardId());
        }
    }

    /**
     * Call it once, when all readers have reported after a restore. A shard that was assigned but that no reader held
     * had been read to its end: a checkpoint holds an assignment only if its reader has it too.
     */
    void allReported() {
        shards.replaceAll((id, shard) ->
                shard.status() == Status.ASSIGNED && !readers.containsKey(id) ? shard.with(Status.FINISHED) : shard);
    }

    /**
     * Records that a shard has been read to its end, and which shards follow it. A child whose other parent is unknown
     * waits for the next listing: that parent may be too new to be known, and must be read first.
     *
     * @param children as GetRecords named them; empty where the endpoint names none.
     * @return whether the shard's children are known now.
     */
    boolean finished(String shardId, Collection<ShardChild> children) {
        shards.computeIfPresent(shardId, (id, shard) -> shard.with(Status.FINISHED));
        Integer reader = readers.remove(shardId);
        if (reader != null) {
            readers.put(shardId, reader);
        }
        children.stream()
                .filter(child -> shards.keySet().containsAll(child.parentIds()))
                .forEach(child -> shards.putIfAbsent(
                        child.shardId(), TrackedShard.unread(child.shardId(), child.parentIds())));
        return !children.isEmpty() && children.stream().allMatch(child -> shards.containsKey(child.shardId()));
    }

    /**
     * Assigns every shard whose parents are finished or forgotten. A child goes to the reader of the parent that was
     * finished last, because that parent still holds the reader's watermark back; any other reader may be ahead, and
     * the child's records would be late there. Every other shard goes to the reader with the fewest shards. A restore
     * spreads all shards evenly again.
     *
     * @param parallelism the number of readers, all of which must be registered.
     */
    Map<Integer, List<ShardSplit>> assign(int parallelism) {
        Map<Integer, List<ShardSplit>> assignment = new HashMap<>();
        for (TrackedShard shard : List.copyOf(shards.values())) {
            if (shard.status() == Status.PENDING && shard.parentIds().stream().noneMatch(this::holdsChildrenBack)) {
                int reader = lastReaderOf(shard.parentIds()).orElseGet(() -> leastLoaded(parallelism));
                put(shard.with(Status.ASSIGNED));
                readers.put(shard.shardId(), reader);
                assignment.computeIfAbsent(reader, r -> new ArrayList<>())
                        .add(new ShardSplit(shard.shardId(), shard.position()));
            }
        }
        return assignment;
    }

    List<TrackedShard> shards() {
        return List.copyOf(shards.values());
    }

    private void put(TrackedShard shard) {
        shards.put(shard.shardId(), shard);
    }

    private boolean holdsChildrenBack(String parentId) {
        TrackedShard parent = shards.get(parentId);
        return parent != null && parent.status() != Status.FINISHED;
    }

    private int leastLoaded(int parallelism) {
        return IntStream.range(0, parallelism)
                .boxed()
                .min(Comparator.comparing(this::load))
                .orElseThrow();
    }

    private long load(int reader) {
        return shards.values().stream()
                .filter(shard -> shard.status() == Status.ASSIGNED)
                .filter(shard -> Integer.valueOf(reader).equals(readers.get(shard.shardId())))
                .count();
    }

    private Optional<Integer> lastReaderOf(List<String> parentIds) {
        return readers.entrySet().stream()
                .filter(entry -> parentIds.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .reduce((earlier, later) -> later);
    }
}
