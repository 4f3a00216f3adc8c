package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    private final ShardSplitReader reader = new ShardSplitReader(
            new KinesisStream(ARN, kinesis),
            10_000,
            Duration.ofMillis(1),
            released,
            new ReaderMetrics(UnregisteredMetricsGroup.createSourceReaderMetricGroup()));

    ShardSplitReaderTest() {
        add(SHARD);
    }

    @Test
    void endsAShardBehindItsLastRecordAndLetsItGoOnlyWhenReleased() {
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
    void goesOnBehindTheLastRecordWhenAnIteratorExpires() {
        kinesis.answers.add(() -> records("more", "2"));
        kinesis.answers.add(() -> {
            throw ExpiredIteratorException.builder().message("expired").build();
        });
        kinesis.answers.add(() -> records("more", "3"));

        assertEquals(List.of("2", "3"), next(2));
        assertEquals(List.of("1", "2"), kinesis.iteratorsAfter);
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
        kinesis.shards = null;
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

    private void add(String shardId) {
        reader.handleSplitsChanges(
                new SplitsAddition<>(List.of(new ShardSplit(shardId, StartingPosition.after("1")))));
    }

    /** Fetches until that many records are there. */
    private List<String> next(int count) {
        List<String> sequenceNumbers = new ArrayList<>();
        while (sequenceNumbers.size() < count) {
            RecordsWithSplitIds<Record> fetched = reader.fetch();
            while (fetched.nextSplit() != null) {
                for (Record record; (record = fetched.nextRecordFromSplit()) != null; ) {
                    sequenceNumbers.add(record.sequenceNumber());
                }
            }
        }
        return sequenceNumbers;
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

    /** Answers GetRecords from a list, one by one; then there is nothing more for now. */
    private static final class FakeKinesis implements KinesisClient {
        private final Deque<Supplier<GetRecordsResponse>> answers = new ArrayDeque<>();
        private final List<String> iteratorsAfter = new ArrayList<>();
        /** Null for a stream that doesn't exist. */
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
            if (shards == null) {
                throw missing();
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
