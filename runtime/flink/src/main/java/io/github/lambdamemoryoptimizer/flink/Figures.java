package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;
import org.apache.flink.types.Row;

/**
 * The totals of some records, and their highest memory use. Sums stop at {@link #MAX_SUM} instead of
 * wrapping, so that no record can turn them negative.
 */
final class Figures {
    /** JavaScript's largest safe integer, because the sums travel as JSON numbers. */
    static final long MAX_SUM = (1L << 53) - 1;

    /** What {@link #toRow} returns; MB, and ms but for what its name says otherwise. */
    static final String TYPE = "ROW<invocations BIGINT, durationMs DOUBLE, durationSquaredMs2 BIGINT, cpuMs BIGINT,"
            + " cpuDurationMs DOUBLE, billedDurationMs BIGINT, initDurationMs BIGINT, coldStarts BIGINT,"
            + " errors BIGINT, timeouts BIGINT, outOfMemory BIGINT, peakMB INT>";

    /** Of {@link #write}. */
    static final int MAX_BYTES = 1 + 12 * Varints.MAX_BYTES;

    private static final int HAS_SQUARES = 1;
    private static final int HAS_CPU = 2;
    private static final int IS_CAPPED = 4;

    long invocations;
    long durationMicros;
    /** Whether all records had {@link #durationSquaredMs2}. */
    boolean hasSquares = true;

    long durationSquaredMs2;
    /** Whether any record had {@link #cpuMs}. */
    boolean hasCpu;

    long cpuMs;
    /** Of the records that had {@link #cpuMs}. */
    long cpuDurationMicros;

    long billedDurationMs;
    long initDurationMs;
    long coldStarts;
    long errors;
    long timeouts;
    long outOfMemory;
    /** Used by {@link FiguresByKey} to choose which key to drop. */
    long inherited;
    /** A {@link Peak}, 0 without records. */
    int peak;
    /** Whether a record was at its cap. */
    boolean isCapped;

    void add(Figures more) {
        invocations = sum(invocations, more.invocations);
        durationMicros = sum(durationMicros, more.durationMicros);
        hasSquares &= more.hasSquares;
        durationSquaredMs2 = hasSquares ? sum(durationSquaredMs2, more.durationSquaredMs2) : 0;
        hasCpu |= more.hasCpu;
        cpuMs = sum(cpuMs, more.cpuMs);
        cpuDurationMicros = sum(cpuDurationMicros, more.cpuDurationMicros);
        billedDurationMs = sum(billedDurationMs, more.billedDurationMs);
        initDurationMs = sum(initDurationMs, more.initDurationMs);
        coldStarts = sum(coldStarts, more.coldStarts);
        errors = sum(errors, more.errors);
        timeouts = sum(timeouts, more.timeouts);
        outOfMemory = sum(outOfMemory, more.outOfMemory);
        inherited = sum(inherited, more.inherited);
        peak = Math.max(peak, more.peak);
        isCapped |= more.isCapped;
    }

    /** Of two numbers that are not negative. */
    static long sum(long one, long other) {
        return Math.min(MAX_SUM, Math.min(MAX_SUM, one) + Math.min(MAX_SUM, other));
    }

    Row toRow() {
        return Row.of(
                invocations,
                millis(durationMicros),
                hasSquares ? durationSquaredMs2 : null,
                hasCpu ? cpuMs : null,
                hasCpu ? millis(cpuDurationMicros) : null,
                billedDurationMs,
                initDurationMs,
                coldStarts,
                errors,
                timeouts,
                outOfMemory,
                Peak.megabytes(peak));
    }

    private static double millis(long micros) {
        return micros / 1000e0;
    }

    void write(ByteBuffer buffer) {
        buffer.put((byte) ((hasSquares ? HAS_SQUARES : 0) | (hasCpu ? HAS_CPU : 0) | (isCapped ? IS_CAPPED : 0)));
        Varints.write(buffer, invocations);
        Varints.write(buffer, durationMicros);
        if (hasSquares) {
            Varints.write(buffer, durationSquaredMs2);
        }
        if (hasCpu) {
            Varints.write(buffer, cpuMs);
            Varints.write(buffer, cpuDurationMicros);
        }
        Varints.write(buffer, billedDurationMs);
        Varints.write(buffer, initDurationMs);
        Varints.write(buffer, coldStarts);
        Varints.write(buffer, errors);
        Varints.write(buffer, timeouts);
        Varints.write(buffer, outOfMemory);
        Varints.write(buffer, peak);
    }

    static Figures read(ByteBuffer buffer) {
        Figures figures = new Figures();
        byte flags = buffer.get();
        figures.hasSquares = (flags & HAS_SQUARES) != 0;
        figures.hasCpu = (flags & HAS_CPU) != 0;
        figures.isCapped = (flags & IS_CAPPED) != 0;
        figures.invocations = Varints.read(buffer);
        figures.durationMicros = Varints.read(buffer);
        if (figures.hasSquares) {
            figures.durationSquaredMs2 = Varints.read(buffer);
        }
        if (figures.hasCpu) {
            figures.cpuMs = Varints.read(buffer);
            figures.cpuDurationMicros = Varints.read(buffer);
        }
        figures.billedDurationMs = Varints.read(buffer);
        figures.initDurationMs = Varints.read(buffer);
        figures.coldStarts = Varints.read(buffer);
        figures.errors = Varints.read(buffer);
        figures.timeouts = Varints.read(buffer);
        figures.outOfMemory = Varints.read(buffer);
        figures.peak = (int) Varints.read(buffer);
        return figures;
    }
}
