package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

class RowWriterTest {
    private static final int MIB = 1024 * 1024;

    private final List<Integer> written = new ArrayList<>();
    private final Counter tooLarge = new SimpleCounter();

    @Test
    void dropsAndCountsWhatIsTooLargeWithItsPartitionKey() throws IOException, InterruptedException {
        RowWriter writer = new RowWriter(
                (row, context) -> PutRecordsRequestEntry.builder()
                        .partitionKey(row.getString(0).toString())
                        .data(SdkBytes.fromByteArray(new byte[row.getInt(1)]))
                        .build(),
                new Entries(),
                tooLarge);
        // "größe" has seven bytes.
        for (int bytes : new int[] {1, MIB - 7, MIB - 6, MIB, 5 * MIB, 2}) {
            writer.write(GenericRowData.of(StringData.fromString("größe"), bytes), null);
        }

        assertEquals(List.of(1, MIB - 7, 2), written);
        assertEquals(3, tooLarge.getCount());
    }

    private final class Entries
            implements StatefulSinkWriter<PutRecordsRequestEntry, BufferedRequestState<PutRecordsRequestEntry>> {
        @Override
        public void write(PutRecordsRequestEntry entry, Context context) {
            written.add(entry.data().asByteArrayUnsafe().length);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public List<BufferedRequestState<PutRecordsRequestEntry>> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
