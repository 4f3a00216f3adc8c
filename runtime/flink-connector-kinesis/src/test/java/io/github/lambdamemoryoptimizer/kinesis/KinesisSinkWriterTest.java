package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

class KinesisSinkWriterTest {
    @Test
    void sendsARefusedEntryAgainWithThoseOfItsKeyBehindIt() {
        List<PutRecordsRequestEntry> sent = Stream.of("a1", "b1", "a2", "b2", "a3")
                .map(KinesisSinkWriterTest::entry)
                .toList();
        List<PutRecordsResultEntry> answers = Stream.of(false, false, true, false, false)
                .map(refused -> PutRecordsResultEntry.builder()
                        .errorCode(refused ? "ProvisionedThroughputExceededException" : null)
                        .build())
                .toList();

        assertEquals(List.of(entry("a2"), entry("a3")), KinesisSinkWriter.toSendAgain(sent, answers));
    }

    private static PutRecordsRequestEntry entry(String text) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(text.substring(0, 1))
                .data(SdkBytes.fromUtf8String(text))
                .build();
    }
}
