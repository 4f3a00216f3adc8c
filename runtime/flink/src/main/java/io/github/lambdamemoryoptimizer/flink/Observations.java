package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.types.Row;

/**
 * OBSERVATIONS: the figures of a function's bucket, one row for each version and memory size; at most {@link
 * FiguresByKey#MAX_KEYS} of them, those with the most invocations.
 */
@FunctionHint(
        output =
                @DataTypeHint(
                        "ARRAY<ROW<functionVersion STRING, memorySizeMB INT, figures " + Figures.TYPE + ">>"))
public final class Observations extends AggregateFunction<Row[], Observations.Accumulator> {
    private static final long serialVersionUID = 1;
    private static final byte[] NONE = {};

    /** Public, with getter and setter, as Flink requires; packed only when Flink asks for its value. */
    public static final class Accumulator {
        private byte[] packed = NONE;
        private transient FiguresByKey figures;

        public byte[] getPacked() {
            if (figures == null) {
                return packed;
            }
            ByteBuffer buffer = ByteBuffer.allocate(figures.maxBytes());
            figures.write(buffer);
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        public void setPacked(byte[] packed) {
            this.packed = packed;
            this.figures = null;
        }

        private FiguresByKey figures() {
            if (figures == null) {
                figures = packed.length == 0 ? new FiguresByKey() : FiguresByKey.read(ByteBuffer.wrap(packed));
            }
            return figures;
        }
    }

    @Override
    public Accumulator createAccumulator() {
        return new Accumulator();
    }

    /** @param report of PACKED_REPORT. */
    public void accumulate(Accumulator accumulator, byte[] report) {
        Report unpacked = Report.of(report);
        accumulator.figures().add(FiguresByKey.key(unpacked.version(), unpacked.memorySizeMB()), unpacked.figures());
    }

    public void merge(Accumulator accumulator, Iterable<Accumulator> others) {
        for (Accumulator other : others) {
            accumulator.figures().merge(other.figures());
        }
    }

    @Override
    public Row[] getValue(Accumulator accumulator) {
        List<Row> rows = new ArrayList<>();
        accumulator.figures().forEach((figures, key) -> rows.add(Row.of(
                FunctionVersion.text(FiguresByKey.version(key)), FiguresByKey.memorySizeMB(key), figures.toRow())));
        return rows.toArray(new Row[0]);
    }
}
