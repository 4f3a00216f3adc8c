package io.github.lambdamemoryoptimizer.flink;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Emits telemetry as fast as the job takes it, from as many shards as the job's parallelism, each in time order. It
 * starts each phase but the first when its {@link Run#begin} is complete.
 */
final class FleetSource<T> implements Source<T, FleetSource.Shard, Integer> {
    private static final long serialVersionUID = 1;

    /** Converts a record to the job's type. */
    interface Converter<T> extends Function<Telemetry, T>, Serializable {}

    private final List<Fleet> phases;
    private final Converter<T> converter;

    /** @param phases those of the warm-up and the timed one, in that order, with the same functions. */
    FleetSource(List<Fleet> phases, Converter<T> converter) {
        this.phases = phases;
        this.converter = converter;
    }

    /**
     * Every {@code count}-th function.
     *
     * @param phase, turn, function the next report.
     */
    record Shard(int index, int count, int phase, int turn, int function) implements SourceSplit {
        @Override
        public String splitId() {
            return String.valueOf(index);
        }
    }

    @Override
    public Boundedness getBoundedness() {
        // Like the stream that it stands for, so that the plan is the deployed one.
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<T, Shard> createReader(SourceReaderContext context) {
        return new Reader<>(phases, converter);
    }

    @Override
    public SplitEnumerator<Shard, Integer> createEnumerator(SplitEnumeratorContext<Shard> context) {
        return new Enumerator(context);
    }

    @Override
    public SplitEnumerator<Shard, Integer> restoreEnumerator(
            SplitEnumeratorContext<Shard> context, Integer checkpoint) {
        return createEnumerator(context);
    }

    @Override
    public SimpleVersionedSerializer<Shard> getSplitSerializer() {
        return new ShardSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Integer> getEnumeratorCheckpointSerializer() {
        return new NothingSerializer();
    }

    private static final class Reader<T> implements SourceReader<T, Shard> {
        private final List<Fleet> phases;
        private final Converter<T> converter;
        private final Run run = Run.current();
        private final byte[][] arns;
        private CompletableFuture<Void> ready = new CompletableFuture<>();
        private Shard shard;
        private int phase;
        private int turn;
        private int function;

        Reader(List<Fleet> phases, Converter<T> converter) {
            this.phases = phases;
            this.converter = converter;
            this.arns = new byte[phases.get(0).functions()][];
            for (int i = 0; i < arns.length; i++) {
                arns[i] = Fleet.arn(i);
            }
        }

        @Override
        public void start() {}

        @Override
        public void addSplits(List<Shard> splits) {
            shard = splits.get(0);
            phase = shard.phase;
            turn = shard.turn;
            function = shard.function;
            ready.complete(null);
        }

        @Override
        public InputStatus pollNext(ReaderOutput<T> output) {
            if (!ready.isDone()) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            if (phase == phases.size()) {
                return InputStatus.END_OF_INPUT;
            }
            Fleet fleet = phases.get(phase);
            Telemetry report = fleet.report(turn, function, arns[function]);
            output.collect(converter.apply(report), report.lastReportAt);
            function += shard.count;
            if (function >= fleet.functions()) {
                function = shard.index;
                turn++;
                if (turn == fleet.turns()) {
                    turn = 0;
                    run.end(phase).countDown();
                    phase++;
                    ready = phase == phases.size() ? ready : run.begin(phase);
                }
            }
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return ready;
        }

        @Override
        public List<Shard> snapshotState(long checkpointId) {
            return List.of(new Shard(shard.index, shard.count, phase, turn, function));
        }

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }

    private record Enumerator(SplitEnumeratorContext<Shard> context) implements SplitEnumerator<Shard, Integer> {
        @Override
        public void start() {}

        @Override
        public void addReader(int subtask) {
            context.assignSplit(new Shard(subtask, context.currentParallelism(), 0, 0, subtask), subtask);
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {}

        @Override
        public void addSplitsBack(List<Shard> splits, int subtask) {
            throw new IllegalStateException("A bench doesn't start again.");
        }

        @Override
        public Integer snapshotState(long checkpointId) {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static final class ShardSerializer implements SimpleVersionedSerializer<Shard> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Shard shard) {
            return ByteBuffer.allocate(20)
                    .putInt(shard.index)
                    .putInt(shard.count)
                    .putInt(shard.phase)
                    .putInt(shard.turn)
                    .putInt(shard.function)
                    .array();
        }

        @Override
        public Shard deserialize(int version, byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Shard(
                    buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getInt());
        }
    }

    private static final class NothingSerializer implements SimpleVersionedSerializer<Integer> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Integer nothing) {
            return new byte[0];
        }

        @Override
        public Integer deserialize(int version, byte[] bytes) {
            return 0;
        }
    }
}
