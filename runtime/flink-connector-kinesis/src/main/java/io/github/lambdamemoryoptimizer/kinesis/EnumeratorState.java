package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What the enumerator keeps in a checkpoint.
 *
 * @param streamArn the stream that the shards belong to; state of one stream must not be read into another.
 * @param shards every shard known; empty until the first ListShards has answered.
 */
record EnumeratorState(String streamArn, List<TrackedShard> shards) {

    /**
     * The state in a checkpoint: ARN, a position that is always TRIM_HORIZON, then the shards. Earlier versions
     * wrote where the first shards start there, so the format stays the same.
     */
    static final class Serializer implements SimpleVersionedSerializer<EnumeratorState> {
        private static final int VERSION = 1;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(EnumeratorState state) throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(1024);
            out.writeUTF(state.streamArn);
            StartingPosition.TRIM_HORIZON.write(out);
            out.writeInt(state.shards.size());
            for (TrackedShard shard : state.shards) {
                out.writeUTF(shard.shardId());
                out.writeInt(shard.parentIds().size());
                for (String parentId : shard.parentIds()) {
                    out.writeUTF(parentId);
                }
                shard.position().write(out);
                out.writeUTF(shard.status().name());
            }
            return out.getCopyOfBuffer();
        }

        @Override
        public EnumeratorState deserialize(int version, byte[] bytes) throws IOException {
            Versions.check("shard enumerator", version, VERSION);
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            String streamArn = in.readUTF();
            StartingPosition.read(in);
            List<TrackedShard> shards = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                String shardId = in.readUTF();
                List<String> parentIds = new ArrayList<>();
                for (int parents = in.readInt(); parents > 0; parents--) {
                    parentIds.add(in.readUTF());
                }
                shards.add(new TrackedShard(
                        shardId,
                        List.copyOf(parentIds),
                        StartingPosition.read(in),
                        TrackedShard.Status.valueOf(in.readUTF())));
            }
            return new EnumeratorState(streamArn, List.copyOf(shards));
        }
    }
}
