package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** One shard and where to continue in it. The enumerator hands it to a reader, which keeps it in its state. */
record ShardSplit(String shardId, StartingPosition position) implements SourceSplit {
    @Override
    public String splitId() {
        return shardId;
    }

    /** The split in a checkpoint: shard id, then position. */
    static final class Serializer implements SimpleVersionedSerializer<ShardSplit> {
        private static final int VERSION = 1;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(ShardSplit split) throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(128);
            out.writeUTF(split.shardId);
            split.position.write(out);
            return out.getCopyOfBuffer();
        }

        @Override
        public ShardSplit deserialize(int version, byte[] bytes) throws IOException {
            Versions.check("shard split", version, VERSION);
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            return new ShardSplit(in.readUTF(), StartingPosition.read(in));
        }
    }
}
