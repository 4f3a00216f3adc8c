package io.github.lambdamemoryoptimizer.flink;

/** A usable record of the telemetry stream, as the functions of this package take it from the view {@code reports}. */
final class Report {
    final long timeMs;
    final long version;
    final int memorySizeMB;
    final Figures figures;

    Report(long timeMs, long version, int memorySizeMB, Figures figures) {
        this.timeMs = timeMs;
        this.version = version;
        this.memorySizeMB = memorySizeMB;
        this.figures = figures;
    }

    /** @param durationSquaredMs2 null where the record has none; {@code cpuMs} likewise. */
    static Report of(
            long timeMs,
            String functionVersion,
            int memorySizeMB,
            int maxMemoryUsedMB,
            boolean isAtCap,
            long invocations,
            long durationMicros,
            Long durationSquaredMs2,
            Long cpuMs,
            long billedDurationMs,
            long initDurationMs,
            long coldStarts,
            long errors,
            long timeouts,
            long outOfMemory) {
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
        return new Report(timeMs, FunctionVersion.number(functionVersion), memorySizeMB, figures);
    }
}
