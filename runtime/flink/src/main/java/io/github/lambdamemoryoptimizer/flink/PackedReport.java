package io.github.lambdamemoryoptimizer.flink;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * PACKED_REPORT: a {@link Report} of the view {@code reports} as one column of a few bytes, which windows and buckets
 * take: Flink holds back and sends some hundred thousand of them at a time.
 */
public final class PackedReport extends ScalarFunction {
    private static final long serialVersionUID = 1;

    /** @param durationSquaredMs2 null where the record has none; {@code cpuMs} likewise. */
    public byte[] eval(
            @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class) TimestampData lastReportAt,
            String functionVersion,
            Integer memorySizeMB,
            Integer maxMemoryUsedMB,
            Boolean isAtCap,
            Long invocations,
            Long durationMicros,
            Long durationSquaredMs2,
            Long cpuMs,
            Long billedDurationMs,
            Long initDurationMs,
            Long coldStarts,
            Long errors,
            Long timeouts,
            Long outOfMemory) {
        Figures figures = new Figures();
        figures.invocations = invocations;
        figures.durationMicros = durationMicros;
        figures.hasSquares = durationSquaredMs2 != null;
        figures.durationSquaredMs2 = figures.hasSquares ? durationSquaredMs2 : 0;
        figures.hasCpu = cpuMs != null;
        figures.cpuMs = figures.hasCpu ? cpuMs : 0;
        figures.cpuDurationMicros = figures.hasCpu ? durationMicros : 0;
        figures.billedDurationMs = billedDurationMs;
        figures.initDurationMs = initDurationMs;
        figures.coldStarts = coldStarts;
        figures.errors = errors;
        figures.timeouts = timeouts;
        figures.outOfMemory = outOfMemory;
        figures.peak = Peak.of(maxMemoryUsedMB, isAtCap);
        figures.isCapped = isAtCap;
        return new Report(
                        lastReportAt.getMillisecond(), FunctionVersion.number(functionVersion), memorySizeMB, figures)
                .toBytes();
    }
}
