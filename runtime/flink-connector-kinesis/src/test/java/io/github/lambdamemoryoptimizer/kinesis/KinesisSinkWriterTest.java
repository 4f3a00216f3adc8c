package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

@Timeout(120)
class KinesisSinkWriterTest {
    private static final String ARN = HttpKinesis.ARN;
    private static final int RECORDS = 3_964;

    private final List<PutRecordsRequestEntry> taken = new ArrayList<>();
    private int calls;

    @Test
    void resendsARefusedEntryWithTheLaterEntriesOfItsKey() {
        List<PutRecordsRequestEntry> sent = Stream.of("a1", "b1", "a2", "b2", "a3")
                .map(text -> entry(text.substring(0, 1), text))
                .toList();
        List<PutRecordsResultEntry> answers =
                Stream.of(false, false, true, false, false).map(KinesisSinkWriterTest::answer).toList();

        assertEquals(
                List.of(entry("a", "a2"), entry("a", "a3")), KinesisSinkWriter.toSendAgain(sent, answers));
    }

    /** With fewer keys, more entries follow a refused one of the same key and are sent again with it. */
    @ParameterizedTest
    @CsvSource({"1000, 25", "10, 150"})
    void keepsBatchesFullAndTheOrderOfEachKeyWhereATenthIsRefused(int keys, int mostCalls)
            throws IOException, InterruptedException {
        Random random = new Random(1);
        List<PutRecordsRequestEntry> sent = IntStream.range(0, RECORDS)
                .mapToObj(number -> entry("key-" + number % keys, String.valueOf(number)))
                .toList();

        writeRefusing(sent, entry -> random.nextInt(10) == 0);

        assertTrue(calls <= mostCalls, calls + " calls");
        assertEquals(inOrderOfKey(sent), inOrderOfKey(withoutEarlierCopies()));
    }

    @Test
    void failsOnAnEntryThatIsRefusedForGood() {
        FlinkRuntimeException error = assertThrows(FlinkRuntimeException.class, () -> write(
                List.of(entry("a", "1")),
                entries -> PutRecordsResponse.builder()
                        .records(PutRecordsResultEntry.builder()
                                .errorCode("KMSDisabledException")
                                .errorMessage("disabled")
                                .build())
                        .build()));
        String message = error.getCause().getMessage();
        assertTrue(message.startsWith("Can't write to " + ARN + ": disabled (Service: Kinesis"), message);
        assertTrue(message.endsWith(". Enable the stream's KMS key."), message);
    }

    @Test
    void failsOnAnError() {
        FlinkRuntimeException error = assertThrows(
                FlinkRuntimeException.class, () -> write(List.of(entry("a", "1")), entries -> {
                    throw new NoClassDefFoundError("software/amazon/awssdk/Missing");
                }));
        assertTrue(error.getCause().getCause() instanceof NoClassDefFoundError);
    }

    private void writeRefusing(List<PutRecordsRequestEntry> sent, Predicate<PutRecordsRequestEntry> refuses)
            throws IOException, InterruptedException {
        write(sent, entries -> {
            calls++;
            List<PutRecordsResultEntry> answers = new ArrayList<>();
            for (PutRecordsRequestEntry entry : entries) {
                boolean refused = refuses.test(entry);
                if (!refused) {
                    taken.add(entry);
                }
                answers.add(answer(refused));
            }
            return PutRecordsResponse.builder().records(answers).build();
        });
    }

    /** Writes entries until all are taken. */
    private void write(
            List<PutRecordsRequestEntry> sent, Function<List<PutRecordsRequestEntry>, PutRecordsResponse> answers)
            throws IOException, InterruptedException {
        KinesisStream stream = new KinesisStream(ARN, new FakeKinesis(answers), Duration.ofMinutes(5));
        SinkSettings settings = new SinkSettings(
                new StreamAddress(ARN, "us-east-1", null, Duration.ZERO, Duration.ZERO, Duration.ZERO),
                false,
                500,
                1,
                10_000,
                SinkSettings.PUT_RECORDS_MAX_BYTES,
                5_000);
        try (FakeWriterContext context = new FakeWriterContext();
                KinesisSinkWriter writer =
                        new KinesisSinkWriter(stream, context.context(), settings, List.of())) {
            for (PutRecordsRequestEntry entry : sent) {
                writer.write(entry, null);
            }
            writer.flush(true);
        }
    }

    /** What a reader sees that takes the newest copy of each record. */
    private List<PutRecordsRequestEntry> withoutEarlierCopies() {
        LinkedHashSet<PutRecordsRequestEntry> newest = new LinkedHashSet<>();
        taken.forEach(entry -> {
            newest.remove(entry);
            newest.add(entry);
        });
        return List.copyOf(newest);
    }

    private static Map<String, List<String>> inOrderOfKey(List<PutRecordsRequestEntry> entries) {
        return entries.stream()
                .collect(Collectors.groupingBy(
                        PutRecordsRequestEntry::partitionKey,
                        Collectors.mapping(entry -> entry.data().asUtf8String(), Collectors.toList())));
    }

    private static PutRecordsRequestEntry entry(String partitionKey, String text) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(partitionKey)
                .data(SdkBytes.fromUtf8String(text))
                .build();
    }

    private static PutRecordsResultEntry answer(boolean refused) {
        return PutRecordsResultEntry.builder()
                .errorCode(refused ? "ProvisionedThroughputExceededException" : null)
                .build();
    }

    private record FakeKinesis(Function<List<PutRecordsRequestEntry>, PutRecordsResponse> answers)
            implements KinesisClient {
        @Override
        public PutRecordsResponse putRecords(PutRecordsRequest request) {
            return answers.apply(request.records());
        }

        @Override
        public String serviceName() {
            return "kinesis";
        }

        @Override
        public void close() {}
    }
}
