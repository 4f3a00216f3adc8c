package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lambdamemoryoptimizer.kinesis.TrackedShard.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardTrackerTest {
    private static final StartingPosition HORIZON = StartingPosition.TRIM_HORIZON;

    @Test
    void readsAParentBeforeTheShardsItWasSplitInto() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(closed("a"), open("b", "a"), open("c", "a")));

        assertEquals(Map.of(0, Set.of("a")), ids(tracker.assign(1)));
        assertEquals(Map.of(), ids(tracker.assign(1)));
        tracker.finished("a", List.of());
        assertEquals(Map.of(0, Set.of("b", "c")), ids(tracker.assign(1)));
    }

    @Test
    void readsBothParentsBeforeTheShardTheyWereMergedInto() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(closed("a"), closed("b"), open("c", "a", "b")));

        assertEquals(Map.of(0, Set.of("a", "b")), ids(tracker.assign(1)));
        tracker.finished("a", List.of());
        assertEquals(Map.of(), ids(tracker.assign(1)));
        tracker.finished("b", List.of());
        assertEquals(Map.of(0, Set.of("c")), ids(tracker.assign(1)));
    }

    @Test
    void doesNotWaitForAParentThatIsPastItsRetention() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(open("b", "a")));

        assertEquals(Map.of(0, Set.of("b")), ids(tracker.assign(1)));
    }

    @Test
    void doesNotWaitForAParentThatPassesItsRetentionUnread() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(closed("a"), open("b", "a")));
        tracker.listed(List.of(open("b", "a")));

        assertEquals(Map.of(0, Set.of("b")), ids(tracker.assign(1)));
    }

    @Test
    void keepsWaitingForAnUnlistedParentThatAReaderHas() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(closed("a"), open("b", "a")));
        tracker.assign(1);
        tracker.listed(List.of(open("b", "a")));

        assertEquals(Map.of(), ids(tracker.assign(1)));
    }

    @Test
    void forgetsAFinishedShardOnceItIsUnlisted() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(closed("a"), open("b", "a")));
        tracker.assign(1);
        tracker.finished("a", List.of());
        tracker.listed(List.of(closed("a"), open("b", "a")));
        assertEquals(Set.of("a", "b"), known(tracker));
        tracker.listed(List.of(open("b", "a")));
        assertEquals(Set.of("b"), known(tracker));
    }

    @Test
    void spreadsShardsEvenly() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(open("a"), open("b"), open("c"), open("d"), open("e")));

        Map<Integer, List<ShardSplit>> assignment = tracker.assign(2);
        assertEquals(3, assignment.get(0).size());
        assertEquals(2, assignment.get(1).size());
    }

    @Test
    void givesTheChildrenOfASplitToTheParentsReader() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(open("a"), closed("b"), open("c", "b"), open("d", "b")));
        assertEquals(Map.of(0, Set.of("a"), 1, Set.of("b")), ids(tracker.assign(2)));
        tracker.finished("b", List.of());

        assertEquals(Map.of(1, Set.of("c", "d")), ids(tracker.assign(2)));
    }

    @Test
    void givesTheChildOfAMergeToTheReaderOfTheParentFinishedLast() {
        for (List<String> order : List.of(List.of("a", "b"), List.of("b", "a"))) {
            ShardTracker tracker = fresh();
            tracker.listed(List.of(closed("a"), closed("b"), open("c", "a", "b")));
            assertEquals(Map.of(0, Set.of("a"), 1, Set.of("b")), ids(tracker.assign(2)));
            order.forEach(id -> tracker.finished(id, List.of()));

            assertEquals(Map.of(order.get(1).equals("a") ? 0 : 1, Set.of("c")), ids(tracker.assign(2)));
        }
    }

    @Test
    void restoresWhatReadersHeldAndTreatsTheRestAsFinished() {
        ShardTracker before = fresh();
        before.listed(List.of(closed("a"), open("b", "a"), open("x")));
        before.assign(1);

        // The reader finished "a" after the enumerator's part of the checkpoint and before its own.
        ShardTracker restored = new ShardTracker(before.shards());
        restored.reported(0, List.of(new ShardSplit("x", StartingPosition.after("42"))));
        restored.allReported();

        assertEquals(
                Map.of(0, List.of(
                        new ShardSplit("b", HORIZON), new ShardSplit("x", StartingPosition.after("42")))),
                restored.assign(1));
    }

    @Test
    void restoresAPendingShardWithItsPosition() {
        ShardTracker before = fresh();
        before.listed(List.of(open("a")));
        before.assign(1);
        ShardTracker restored = new ShardTracker(before.shards());
        restored.reported(0, List.of(new ShardSplit("a", StartingPosition.after("42"))));

        // A checkpoint before the shard is assigned again must not lose how far it was read.
        ShardTracker again = new ShardTracker(restored.shards());
        again.allReported();
        assertEquals(Map.of(0, List.of(new ShardSplit("a", StartingPosition.after("42")))), again.assign(1));
    }

    @Test
    void rescalesEvenlyAtRestore() {
        ShardTracker before = fresh();
        before.listed(List.of(open("a"), open("b"), open("c"), open("d")));
        List<ShardSplit> held = before.assign(1).get(0);
        ShardTracker restored = new ShardTracker(before.shards());
        restored.reported(0, held);
        restored.reported(1, List.of());
        restored.allReported();

        Map<Integer, List<ShardSplit>> assignment = restored.assign(2);
        assertEquals(List.of(2, 2), List.of(assignment.get(0).size(), assignment.get(1).size()));
    }

    @Test
    void reassignsTheShardsOfAFailedReader() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(open("a"), open("b")));
        tracker.assign(2);
        tracker.returned(List.of(new ShardSplit("b", HORIZON)));
        assertEquals(Map.of(1, Set.of("b")), ids(tracker.assign(2)));
    }

    @Test
    void readsAFinishedShardAgainIfItsReaderIsRestored() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(closed("a")));
        tracker.assign(1);
        tracker.finished("a", List.of());
        tracker.reported(0, List.of(new ShardSplit("a", StartingPosition.after("7"))));

        assertEquals(Map.of(0, List.of(new ShardSplit("a", StartingPosition.after("7")))), tracker.assign(1));
    }

    @Test
    void ignoresTheReportOfAShardThatAnotherReaderGotSince() {
        ShardTracker tracker = fresh();
        tracker.listed(List.of(open("a"), open("b")));
        tracker.assign(2);
        tracker.reported(0, List.of(new ShardSplit("b", HORIZON)));

        assertTrue(tracker.assign(2).isEmpty());
        assertTrue(tracker.shards().stream().allMatch(shard -> shard.status() == Status.ASSIGNED));
    }

    private static ShardTracker fresh() {
        return new ShardTracker(List.of());
    }

    private static Shard open(String id, String... parents) {
        return shard(id, null, parents);
    }

    private static Shard closed(String id, String... parents) {
        return shard(id, "99", parents);
    }

    private static Shard shard(String id, String endingSequenceNumber, String... parents) {
        return Shard.builder()
                .shardId(id)
                .parentShardId(parents.length > 0 ? parents[0] : null)
                .adjacentParentShardId(parents.length > 1 ? parents[1] : null)
                .sequenceNumberRange(range ->
                        range.startingSequenceNumber("1").endingSequenceNumber(endingSequenceNumber))
                .build();
    }

    private static Map<Integer, Set<String>> ids(Map<Integer, List<ShardSplit>> assignment) {
        return assignment.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().stream().map(ShardSplit::shardId).collect(Collectors.toSet())));
    }

    private static Set<String> known(ShardTracker tracker) {
        return tracker.shards().stream().map(TrackedShard::shardId).collect(Collectors.toSet());
    }
}
