package io.github.lambdamemoryoptimizer.flink;

import java.util.HashMap;
import java.util.Map;

/** A bucket's figures by version and memory size; public with public fields, as Flink wants it. */
public final class BucketTotals {
    public Map<String, MemorySizeFigures> figures = new HashMap<>();

    void add(Telemetry report) {
        figures.computeIfAbsent(report.functionVersion + " " + report.memorySizeMB, key -> new MemorySizeFigures())
                .add(report);
    }
}
