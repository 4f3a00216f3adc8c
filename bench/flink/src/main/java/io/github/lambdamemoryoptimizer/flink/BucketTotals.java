package io.github.lambdamemoryoptimizer.flink;

import java.util.HashMap;
import java.util.Map;

/** A bucket's figures by version and memory size. Flink requires the class and its fields to be public. */
public final class BucketTotals {
    public Map<String, MemorySizeFigures> figures = new HashMap<>();

    void add(Telemetry report) {
        figures.computeIfAbsent(report.functionVersion + " " + report.memorySizeMB, key -> new MemorySizeFigures())
                .add(report);
    }
}
