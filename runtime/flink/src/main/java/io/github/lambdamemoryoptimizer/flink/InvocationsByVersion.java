package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** How many invocations each version had. Keeps at most {@link #MAX_VERSIONS}, chosen like {@link FiguresByKey}'s. */
final class InvocationsByVersion {
    static final int MAX_VERSIONS = 16;

    /** A version's invocations, and those of the versions whose place it took. */
    private record Count(long invocations, long inherited) {
        Count plus(Count more) {
            return new Count(Figures.sum(invocations, more.invocations), Figures.sum(inherited, more.inherited));
        }

        long weight() {
            return Figures.sum(invocations, inherited);
        }
    }

    private final TreeMap<Long, Count> counts = new TreeMap<>();

    void add(long version, long invocations) {
        add(version, new Count(invocations, 0));
    }

    private void add(long version, Count more) {
        Count count = counts.get(version);
        if (count == null) {
            count = new Count(0, counts.size() == MAX_VERSIONS ? leaveOutSmallest() : 0);
        }
        counts.put(version, count.plus(more));
    }

    private long leaveOutSmallest() {
        long version = counts.entrySet().stream()
                .min(Map.Entry.comparingByValue(Comparator.comparingLong(Count::weight)))
                .orElseThrow()
                .getKey();
        return counts.remove(version).weight();
    }

    void merge(InvocationsByVersion other) {
        other.counts.forEach(this::add);
    }

    /** The version with the most invocations, and of two with as many the later one; null where there is none. */
    Long most() {
        return counts.entrySet().stream()
                .max(Comparator.<Map.Entry<Long, Count>>comparingLong(entry -> entry.getValue().invocations)
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    int maxBytes() {
        return (1 + 3 * counts.size()) * Varints.MAX_BYTES;
    }

    void write(ByteBuffer buffer) {
        Varints.write(buffer, counts.size());
        counts.forEach((version, count) -> {
            Varints.write(buffer, version);
            Varints.write(buffer, count.invocations);
            Varints.write(buffer, count.inherited);
        });
    }

    static InvocationsByVersion read(ByteBuffer buffer) {
        InvocationsByVersion invocations = new InvocationsByVersion();
        for (long left = Varints.read(buffer); left > 0; left--) {
            invocations.counts.put(
                    Varints.read(buffer), new Count(Varints.read(buffer), Varints.read(buffer)));
        }
        return invocations;
    }
}
