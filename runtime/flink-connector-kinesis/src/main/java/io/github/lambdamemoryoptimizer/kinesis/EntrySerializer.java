package io.github.lambdamemoryoptimizer.kinesis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** An entry in a checkpoint: partition key, then length and bytes of the data. */
final class EntrySerializer extends AsyncSinkWriterStateSerializer<PutRecordsRequestEntry> {
    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    protected void serializeRequestToStream(PutRecordsRequestEntry entry, DataOutputStream out) throws IOException {
        byte[] data = entry.data().asByteArrayUnsafe();
        out.writeUTF(entry.partitionKey());
        out.writeInt(data.length);
        out.write(data);
    }

    @Override
    protected PutRecordsRequestEntry deserializeRequestFromStream(long size, DataInputStream in) throws IOException {
        String partitionKey = in.readUTF();
        byte[] data = in.readNBytes(in.readInt());
        return PutRecordsRequestEntry.builder()
                .partitionKey(partitionKey)
                .data(SdkBytes.fromByteArrayUnsafe(data))
                .build();
    }
}
