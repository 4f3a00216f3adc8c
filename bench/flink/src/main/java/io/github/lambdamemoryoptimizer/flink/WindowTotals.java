package io.github.lambdamemoryoptimizer.flink;

import java.util.HashMap;
import java.util.Map;

/** All of a window but its peaks. Flink requires the class and its fields to be public. */
public final class WindowTotals {
    public long invocations;
    public long errors;
    public long timeouts;
    public long outOfMemory;
    public double billedMBMs;
    /** 0 where nothing was at its cap. */
    public int cappedMemorySizeMB;

    public long lastReportAt;
    public int lastMemorySizeMB;
    public Map<String, Long> invocationsByVersion = new HashMap<>();
    public Map<Integer, MemorySizeFigures> bySize = new HashMap<>();

    void add(Telemetry report) {
        invocations = MemorySizeFigures.sum(invocations, report.invocations);
        errors = MemorySizeFigures.sum(errors, report.errors);
        timeouts = MemorySizeFigures.sum(timeouts, report.timeouts);
        outOfMemory = MemorySizeFigures.sum(outOfMemory, report.outOfMemory);
        billedMBMs += (double) report.billedDurationMs * report.memorySizeMB;
        if (report.isAtCap()) {
            cappedMemorySizeMB = Math.max(cappedMemorySizeMB, report.memorySizeMB);
        }
        if (report.lastReportAt >= lastReportAt) {
            lastReportAt = report.lastReportAt;
            lastMemorySizeMB = report.memorySizeMB;
        }
        invocationsByVersion.merge(report.functionVersion, report.invocations, MemorySizeFigures::sum);
        bySize.computeIfAbsent(report.memorySizeMB, size -> new MemorySizeFigures()).add(report);
    }

    String mostInvokedVersion() {
        return invocationsByVersion.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }
}
