package io.github.lambdamemoryoptimizer.flink;

/** The totals of reports of one memory size. Flink requires the class and its fields to be public. */
public final class MemorySizeFigures {
    public long invocations;
    public long durationMicros;
    public long durationSquaredMs2;
    public long cpuMs;
    public long cpuDurationMicros;
    public long billedDurationMs;
    public long initDurationMs;
    public long coldStarts;
    public long errors;
    public long timeouts;
    public long outOfMemory;
    public int peakMB;

    void add(Telemetry report) {
        long micros = (long) (report.durationMs * 1000 + 0.5);
        invocations = sum(invocations, report.invocations);
        durationMicros = sum(durationMicros, micros);
        durationSquaredMs2 = sum(durationSquaredMs2, report.durationSquaredMs2);
        cpuMs = sum(cpuMs, report.cpuMs);
        cpuDurationMicros = sum(cpuDurationMicros, micros);
        billedDurationMs = sum(billedDurationMs, report.billedDurationMs);
        initDurationMs = sum(initDurationMs, report.initDurationMs);
        coldStarts = sum(coldStarts, report.coldStarts);
        errors = sum(errors, report.errors);
        timeouts = sum(timeouts, report.timeouts);
        outOfMemory = sum(outOfMemory, report.outOfMemory);
        peakMB = Math.max(peakMB, report.maxMemoryUsedMB);
    }

    static long sum(long one, long other) {
        return Math.min((1L << 53) - 1, one + other);
    }

    /** In the order of the contract's fields. */
    Object[] values() {
        return new Object[] {
            invocations,
            durationMicros / 1000e0,
            durationSquaredMs2,
            cpuMs,
            cpuDurationMicros / 1000e0,
            billedDurationMs,
            initDurationMs,
            coldStarts,
            errors,
            timeouts,
            outOfMemory,
            peakMB
        };
    }
}
