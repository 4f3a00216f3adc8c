package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Where to continue in a shard, as GetShardIterator takes it.
 *
 * @param type TRIM_HORIZON or AFTER_SEQUENCE_NUMBER.
 * @param value the sequence number, or empty for TRIM_HORIZON.
 */
record StartingPosition(ShardIteratorType type, String value) implements Serializable {
    static final StartingPosition TRIM_HORIZON = new StartingPosition(ShardIteratorType.TRIM_HORIZON, "");

    static StartingPosition after(String sequenceNumber) {
        return new StartingPosition(ShardIteratorType.AFTER_SEQUENCE_NUMBER, sequenceNumber);
    }

    void write(DataOutputView out) throws IOException {
        out.writeUTF(type.name());
        out.writeUTF(value);
    }

    static StartingPosition read(DataInputView in) throws IOException {
        return new StartingPosition(ShardIteratorType.valueOf(in.readUTF()), in.readUTF());
    }
}
