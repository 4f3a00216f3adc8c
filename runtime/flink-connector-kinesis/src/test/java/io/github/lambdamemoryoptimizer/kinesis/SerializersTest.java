package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lambdamemoryoptimizer.kinesis.TrackedShard.Status;
import java.io.IOException;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

class SerializersTest {
    private static final StartingPosition HORIZON = StartingPosition.TRIM_HORIZON;

    @Test
    void keepsASplitWithEachKindOfPosition() throws IOException {
        StartingPosition after = StartingPosition.after("49590338271490256608559692538361571095921575989136588898");
        for (StartingPosition position : List.of(HORIZON, after)) {
            ShardSplit split = new ShardSplit("shardId-000000000007", position);
            assertEquals(split, roundTrip(new ShardSplit.Serializer(), split));
        }
    }

    @Test
    void keepsTheEnumeratorsState() throws IOException {
        EnumeratorState state = new EnumeratorState(
                "arn:aws:kinesis:us-east-1:000000000000:stream/telemetry",
                List.of(
                        new TrackedShard("a", List.of(), HORIZON, Status.FINISHED),
                        new TrackedShard("b", List.of(), HORIZON, Status.ASSIGNED),
                        new TrackedShard("c", List.of("a", "b"), StartingPosition.after("7"), Status.PENDING)));
        assertEquals(state, roundTrip(new EnumeratorState.Serializer(), state));
    }

    @Test
    void keepsUnwrittenEntries() throws IOException {
        PutRecordsRequestEntry entry = PutRecordsRequestEntry.builder()
                .partitionKey("größe")
                .data(SdkBytes.fromUtf8String("{\"a\":1}"))
                .build();
        BufferedRequestState<PutRecordsRequestEntry> state =
                new BufferedRequestState<>(List.of(new RequestEntryWrapper<>(entry, 14)));
        List<RequestEntryWrapper<PutRecordsRequestEntry>> kept =
                roundTrip(new EntrySerializer(), state).getBufferedRequestEntries();
        assertEquals(1, kept.size());
        assertEquals(entry, kept.get(0).getRequestEntry());
        assertEquals(14, kept.get(0).getSize());
    }

    @Test
    void refusesAnotherVersion() {
        IOException error =
                assertThrows(IOException.class, () -> new ShardSplit.Serializer().deserialize(2, new byte[0]));
        assertEquals("The state's shard split has version 2; this connector reads version 1 only.", error.getMessage());
    }

    private static <T> T roundTrip(SimpleVersionedSerializer<T> serializer, T value) throws IOException {
        return serializer.deserialize(serializer.getVersion(), serializer.serialize(value));
    }
}
