package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;

@Timeout(30)
class ShardSplitReaderTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/telemetry";
    private static final String SHARD = "shardId-000000000000";
    private static final String CHILD = "shardId-000000000001";

    private final FakeKinesis kinesis = new FakeKinesis();
    private final Set<String> released = new HashSet<>();
    private final ShardSplitReader reader = reader(new KinesisStream(ARN, kinesis, Duration.ofMinutes(5)));

    ShardSplitReaderTest() {
        add(SHARD);
    }

    @Test
    void endsAShardAfterItsLastRecordAndDropsItOnlyWhenReleased() {
        kinesis.answers.add(() -> records(null, "2", "3"));

        assertEquals(List.of("2", "3", "end"), next(3));
        add(CHILD);
        assertTrue(reader.fetch().finishedSplits().isEmpty());
        released.add(SHARD);
        assertEquals(Set.of(SHARD), reader.fetch().finishedSplits());
    }

    @Test
    void keepsItsLastShard() {
        kinesis.answers.add(() -> records(null, "2"));
        assertEquals(List.of("2", "end"), next(2));
        released.add(SHARD);
        assertTrue(reader.fetch().finishedSplits().isEmpty());

        add(CHILD);
        assertEquals(Set.of(SHARD), reader.fetch().finishedSplits());
    }

    @Test
    void continuesAfterTheLastRecordWhenAnIteratorExpires() {
        kinesis.answers.add(() -> records("more", "2"));
        kinesis.answers.add(() -> {
            throw ExpiredIteratorException.builder().message("expired").build();
        });
        kinesis.answers.add(() -> records("more", "3"));

        long startNanos = System.nanoTime();
        assertEquals(List.of("2", "3"), next(2));
        assertEquals(List.of("1", "2"), kinesis.iteratorsAfter);
        assertTrue(System.nanoTime() - startNanos >= Duration.ofMillis(500).toNanos(), "no pause");
    }

    @Test
    void reportsTheChildrenOfAShardThatEnds() {
        kinesis.answers.add(() -> GetRecordsResponse.builder()
                .childShards(ChildShard.builder().shardId(CHILD).parentShards(SHARD).build())
                .build());

        List<Fetched> fetched = fetch(1);
        assertEquals(List.of(new Fetched.End(List.of(new ShardChild(CHILD, List.of(SHARD))))), fetched);
    }

    @Test
    void readsOtherShardsWhileOneIsNeverAnswered() throws IOException {
        try (HttpKinesis http = new HttpKinesis((action, request) -> request.contains(SHARD)
                        ? HttpKinesis.NONE
                        : HttpKinesis.ok(action.equals("GetShardIterator")
                                ? "{\"ShardIterator\":\"next\"}"
                                : "{\"Records\":[{\"SequenceNumber\":\"2\"}],\"NextShardIterator\":\"next\"}"));
                KinesisStream stream = http.open(Duration.ofMillis(50), Duration.ofMillis(100))) {
            ShardSplitReader siblings = reader(stream);
            add(siblings, SHARD);
            add(siblings, CHILD);
            for (int records = 0; records < 3; ) {
                records += recordsOf(siblings.fetch()).size();
            }
        }
    }

    @Test
    void goesOnAfterErrorsThatPass() {
        kinesis.answers.add(() -> {
            throw ProvisionedThroughputExceededException.builder().message("slow down").build();
        });
        kinesis.answers.add(() -> {
            throw SdkClientException.create("connection reset");
        });
        kinesis.answers.add(() -> records("more", "2"));

        assertEquals(List.of("2"), next(1));
    }

    @Test
    void failsInOneSentenceWhenTheStreamIsMissing() {
        kinesis.listingError = missing();
        kinesis.answers.add(() -> {
            throw missing();
        });

        FlinkRuntimeException error = assertThrows(FlinkRuntimeException.class, () -> next(1));
        assertTrue(
                error.getMessage().startsWith("Can't read shard " + SHARD + " of " + ARN + ": not found"),
                error.getMessage());
    }

    @Test
    void endsAShardThatIsPastItsRetention() {
        kinesis.shards = List.of();
        kinesis.answers.add(() -> {
            throw missing();
        });

        assertEquals(List.of("end"), next(1));
    }

    @Test
    void goesOnWhileItCannotTellWhetherAShardIsGone() {
        kinesis.listingError = SdkClientException.create("connection reset");
        kinesis.answers.add(() -> {
            throw missing();
        });
        kinesis.answers.add(() -> records("more", "2"));

        assertEquals(List.of("2"), next(1));
    }

    private ShardSplitReader reader(KinesisStream stream) {
        return new ShardSplitReader(
                stream,
                10_000,
                Duration.ofMillis(200),
                Duration.ofMillis(1),
                released,
                new ReaderMetrics(UnregisteredMetricsGroup.createSourceReaderMetricGroup(), "telemetry"));
    }

    private void add(String shardId) {
        add(reader, shardId);
    }

    private static void add(ShardSplitReader reader, String shardId) {
        reader.handleSplitsChanges(
                new SplitsAddition<>(List.of(new ShardSplit(shardId, StartingPosition.after("1")))));
    }

    /** The next items: sequence numbers, and "end". */
    private List<String> next(int count) {
        return fetch(count).stream()
                .map(one -> one instanceof Fetched.Data data ? data.record().sequenceNumber() : "end")
                .toList();
    }

    /** Fetches until there are {@code count} items. */
    private List<Fetched> fetch(int count) {
        List<Fetched> all = new ArrayList<>();
        while (all.size() < count) {
            all.addAll(recordsOf(reader.fetch()));
        }
        return all;
    }

    private static List<Fetched> recordsOf(RecordsWithSplitIds<Fetched> fetched) {
        List<Fetched> all = new ArrayList<>();
        while (fetched.nextSplit() != null) {
            for (Fetched one; (one = fetched.nextRecordFromSplit()) != null; ) {
                all.add(one);
            }
        }
        return all;
    }

    private static GetRecordsResponse records(String nextIterator, String... sequenceNumbers) {
        return GetRecordsResponse.builder()
                .nextShardIterator(nextIterator)
                .records(List.of(sequenceNumbers).stream()
                        .map(number -> Record.builder().sequenceNumber(number).build())
                        .toList())
                .build();
    }

    private static RuntimeException missing() {
        return ResourceNotFoundException.builder()
                .message("not found")
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("ResourceNotFoundException")
                        .errorMessage("not found")
                        .build())
                .build();
    }

    /** Answers GetRecords from a list, one by one, and then with no records. */
    private static final class FakeKinesis implements KinesisClient {
        private final Deque<Supplier<GetRecordsResponse>> answers = new ArrayDeque<>();
        private final List<String> iteratorsAfter = new ArrayList<>();
        /** Null where ListShards succeeds. */
        private RuntimeException listingError;

        private List<Shard> shards = List.of(Shard.builder().shardId(SHARD).build());

        @Override
        public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
            iteratorsAfter.add(request.startingSequenceNumber());
            return GetShardIteratorResponse.builder().shardIterator("fresh").build();
        }

        @Override
        public GetRecordsResponse getRecords(GetRecordsRequest request) {
            return answers.isEmpty() ? records("more") : answers.remove().get();
        }

        @Override
        public ListShardsResponse listShards(ListShardsRequest request) {
            if (listingError != null) {
                throw listingError;
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
