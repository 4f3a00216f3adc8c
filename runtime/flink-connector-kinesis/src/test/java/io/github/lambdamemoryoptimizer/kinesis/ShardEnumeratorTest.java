package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardEnumeratorTest {
    private final FakeKinesis kinesis = new FakeKinesis();
    private final FakeContext context = new FakeContext();
    private final ShardEnumerator enumerator = new ShardEnumerator(
            context,
            new KinesisStream(HttpKinesis.ARN, kinesis, Duration.ofMinutes(5)),
            Duration.ofSeconds(10),
            new ShardTracker(List.of()),
            false);

    ShardEnumeratorTest() {
        kinesis.shards = List.of(shard("a", null));
        enumerator.start();
        context.calls.get(0).run();
        enumerator.addReader(0);
        assertEquals(Set.of("a"), context.assigned);
    }

    @Test
    void keepsAParentUntilAListingBegunAfterItsEndNamesItsChildren() {
        Runnable answerOfEarlierListing = context.calls.get(0).begin();
        kinesis.shards = List.of(shard("a", null), shard("b", "a"), shard("c", "a"));
        enumerator.handleSourceEvent(0, new ShardFinished("a", List.of()));

        answerOfEarlierListing.run();
        assertEquals(List.of(), context.released);

        context.calls.get(1).run();
        assertEquals(Set.of("a", "b", "c"), context.assigned);
        assertEquals(List.of("a"), context.released);
    }

    @Test
    void assignsTheChildrenThatGetRecordsNamesWithoutAListing() {
        enumerator.handleSourceEvent(
                0,
                new ShardFinished(
                        "a", List.of(new ShardChild("b", List.of("a")), new ShardChild("c", List.of("a")))));

        assertEquals(Set.of("a", "b", "c"), context.assigned);
        assertEquals(List.of("a"), context.released);
        assertEquals(1, context.calls.size());
    }

    @Test
    void listsAgainWhereAnotherParentOfTheChildIsUnknown() {
        kinesis.shards = List.of(shard("a", null), shard("b", null), merged("c", "a", "b"));
        enumerator.handleSourceEvent(
                0, new ShardFinished("a", List.of(new ShardChild("c", List.of("a", "b")))));
        assertEquals(Set.of("a"), context.assigned);

        context.calls.get(1).run();
        assertEquals(Set.of("a", "b"), context.assigned);
        enumerator.handleSourceEvent(
                0, new ShardFinished("b", List.of(new ShardChild("c", List.of("a", "b")))));
        assertEquals(Set.of("a", "b", "c"), context.assigned);
    }

    @Test
    void goesOnAfterAListingThatFailsTemporarily() {
        enumerator.handleSourceEvent(0, new ShardFinished("a", List.of()));
        List<Shard> shards = kinesis.shards;
        kinesis.shards = null;
        context.calls.get(1).run();
        assertEquals(List.of(), context.released);

        kinesis.shards = shards;
        context.calls.get(0).run();
        assertEquals(List.of("a"), context.released);
    }

    @Test
    void failsWhereListingAgainCannotHelp() {
        kinesis.error = (RuntimeException) KinesisException.builder()
                .message("no")
                .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode("AccessDeniedException").build())
                .build();
        kinesis.shards = null;
        assertThrows(FlinkRuntimeException.class, () -> context.calls.get(0).run());
    }

    private static Shard shard(String id, String parent) {
        return merged(id, parent, null);
    }

    private static Shard merged(String id, String parent, String otherParent) {
        return Shard.builder()
                .shardId(id)
                .parentShardId(parent)
                .adjacentParentShardId(otherParent)
                .build();
    }

    /** A call off the coordinator's thread. It begins and is answered when the test says so. */
    private record Call<T>(Callable<T> action, BiConsumer<T, Throwable> handler) {
        /** @return a call that delivers the answer. */
        Runnable begin() {
            try {
                T result = action.call();
                return () -> handler.accept(result, null);
            } catch (Exception e) {
                return () -> handler.accept(null, e);
            }
        }

        void run() {
            begin().run();
        }
    }

    /** A coordinator with one reader. */
    private static final class FakeContext implements SplitEnumeratorContext<ShardSplit> {
        private final List<Call<?>> calls = new ArrayList<>();
        private final Set<String> assigned = new TreeSet<>();
        private final List<String> released = new ArrayList<>();

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendEventToSourceReader(int reader, SourceEvent event) {
            released.add(((ShardReleased) event).shardId());
        }

        @Override
        public int currentParallelism() {
            return 1;
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            return Map.of(0, new ReaderInfo(0, "here"));
        }

        @Override
        public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
            assigned.addAll(assignment.assignment().get(0).stream()
                    .map(ShardSplit::shardId)
                    .collect(Collectors.toSet()));
        }

        @Override
        public void signalNoMoreSplits(int reader) {}

        @Override
        public <T> void callAsync(Callable<T> action, BiConsumer<T, Throwable> handler) {
            calls.add(new Call<>(action, handler));
        }

        @Override
        public <T> void callAsync(Callable<T> action, BiConsumer<T, Throwable> handler, long delay, long period) {
            callAsync(action, handler);
        }

        @Override
        public void runInCoordinatorThread(Runnable action) {
            action.run();
        }
    }

    private static final class FakeKinesis implements KinesisClient {
        /** Null where the call fails. */
        private List<Shard> shards;

        private RuntimeException error = SdkClientException.create("connection reset");

        @Override
        public ListShardsResponse listShards(ListShardsRequest request) {
            if (shards == null) {
                throw error;
            }
            return ListShardsResponse.builder().shards(shards).build();
        }

        @Override
        public String serviceName() {
            return "kinesis";
        }

        @Override
        public void close() {}
    }
}
