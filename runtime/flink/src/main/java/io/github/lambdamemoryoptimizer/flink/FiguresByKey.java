package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * {@link Figures} by memory size, or by version and memory size. It keeps at most {@link #MAX_KEYS} of them, and the sum
 * of the others: any record can bring a new key, and state must stay small.
 *
 * <p>A new key takes the place of the one with the fewest invocations and inherits their number, which counts when the
 * next one must give way. So a key with more than a sixteenth of all invocations is never left out for long, however
 * many others come ("Efficient Computation of Frequent and Top-k Elements in Data Streams", Metwally et al., 2005).
 */
final class FiguresByKey {
    static final int MAX_KEYS = 16;

    /** Enough for Lambda's 10,240 MB. */
    private static final int MEMORY_SIZE_BITS = 14;

    private final TreeMap<Long, Figures> byKey = new TreeMap<>();
    /** The totals of the dropped keys; null where none was dropped. */
    private Figures rest;

    private double restBilledMBMs;
    private int restCappedMemorySizeMB;

    /** @param version as {@link FunctionVersion} has it, or 0 where it doesn't matter. */
    static long key(long version, int memorySizeMB) {
        return version << MEMORY_SIZE_BITS | memorySizeMB;
    }

    static long version(long key) {
        return key >>> MEMORY_SIZE_BITS;
    }

    static int memorySizeMB(long key) {
        return (int) (key & ((1 << MEMORY_SIZE_BITS) - 1));
    }

    void add(long key, Figures more) {
        Figures figures = byKey.get(key);
        if (figures == null) {
            figures = new Figures();
            figures.inherited = byKey.size() == MAX_KEYS ? leaveOutSmallest() : 0;
            byKey.put(key, figures);
        }
        figures.add(more);
    }

    /** @return its invocations and those that it had inherited. */
    private long leaveOutSmallest() {
        long key = byKey.entrySet().stream()
                .min(Comparator.comparingLong(entry -> weight(entry.getValue())))
                .orElseThrow()
                .getKey();
        Figures figures = byKey.remove(key);
        addRest(figures, billedMBMs(key, figures), figures.isCapped ? memorySizeMB(key) : 0);
        return weight(figures);
    }

    private static long weight(Figures figures) {
        return Figures.sum(figures.invocations, figures.inherited);
    }

    private void addRest(Figures figures, double billedMBMs, int cappedMemorySizeMB) {
        if (rest == null) {
            rest = new Figures();
        }
        rest.add(figures);
        restBilledMBMs += billedMBMs;
        restCappedMemorySizeMB = Math.max(restCappedMemorySizeMB, cappedMemorySizeMB);
    }

    void merge(FiguresByKey other) {
        other.byKey.forEach(this::add);
        if (other.rest != null) {
            addRest(other.rest, other.restBilledMBMs, other.restCappedMemorySizeMB);
        }
    }

    /** A key's figures, or null where it has none. */
    Figures get(long key) {
        return byKey.get(key);
    }

    void forEach(ObjLongConsumer<Figures> consumer) {
        byKey.forEach((key, figures) -> consumer.accept(figures, key));
    }

    /** The totals of all records, those of dropped keys included. */
    Figures total() {
        Figures total = new Figures();
        byKey.values().forEach(total::add);
        if (rest != null) {
            total.add(rest);
        }
        return total;
    }

    /** Billed duration in ms times memory size in MB, over all records; exact as long as a double counts whole numbers. */
    double billedMBMs() {
        double sum = restBilledMBMs;
        for (Map.Entry<Long, Figures> entry : byKey.entrySet()) {
            sum += billedMBMs(entry.getKey(), entry.getValue());
        }
        return sum;
    }

    private static double billedMBMs(long key, Figures figures) {
        return (double) figures.billedDurationMs * memorySizeMB(key);
    }

    /** The largest size at whose cap a record was, or null. */
    Integer cappedMemorySizeMB() {
        int[] capped = {restCappedMemorySizeMB};
        forEach((figures, key) -> {
            if (figures.isCapped) {
                capped[0] = Math.max(capped[0], memorySizeMB(key));
            }
        });
        return capped[0] == 0 ? null : capped[0];
    }

    int maxBytes() {
        int ofRest = 1 + Figures.MAX_BYTES + Double.BYTES + Varints.MAX_BYTES;
        return Varints.MAX_BYTES + byKey.size() * (2 * Varints.MAX_BYTES + Figures.MAX_BYTES) + ofRest;
    }

    void write(ByteBuffer buffer) {
        Varints.write(buffer, byKey.size());
        byKey.forEach((key, figures) -> {
            Varints.write(buffer, key);
            Varints.write(buffer, figures.inherited);
            figures.write(buffer);
        });
        buffer.put((byte) (rest == null ? 0 : 1));
        if (rest != null) {
            rest.write(buffer);
            buffer.putDouble(restBilledMBMs);
            Varints.write(buffer, restCappedMemorySizeMB);
        }
    }

    static FiguresByKey read(ByteBuffer buffer) {
        FiguresByKey figures = new FiguresByKey();
        for (long left = Varints.read(buffer); left > 0; left--) {
            long key = Varints.read(buffer);
            long inherited = Varints.read(buffer);
            Figures ofKey = Figures.read(buffer);
            ofKey.inherited = inherited;
            figures.byKey.put(key, ofKey);
        }
        if (buffer.get() == 1) {
            figures.rest = Figures.read(buffer);
            figures.restBilledMBMs = buffer.getDouble();
            figures.restCappedMemorySizeMB = (int) Varints.read(buffer);
        }
        return figures;
    }
}
