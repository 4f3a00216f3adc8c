package io.github.lambdamemoryoptimizer.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** State that {@link Bench} shares with the job's sources and sinks, which run in the same process. */
final class Run {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static volatile Run current;

    private final Map<Integer, CountDownLatch> ends = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<Void>> begins = new ConcurrentHashMap<>();
    private final int sources;

    private final List<Object[]> recommendations = new ArrayList<>();
    private long startedAt;
    private long endedAt;
    private long cpuAtStart;
    private long cpuAtEnd;

    private Run(int parallelism) {
        this.sources = parallelism;
    }

    /** Counted down by each source that has emitted the last record of a phase. */
    CountDownLatch end(int phase) {
        return ends.computeIfAbsent(phase, key -> new CountDownLatch(sources));
    }

    /** The sources emit nothing of a phase until this is complete. */
    CompletableFuture<Void> begin(int phase) {
        return begins.computeIfAbsent(phase, key -> new CompletableFuture<>());
    }

    static Run start(int parallelism) {
        current = new Run(parallelism);
        return current;
    }

    static Run current() {
        return current;
    }

    /** Begins the timed phase. */
    synchronized void beginTimed(int phase) {
        startedAt = System.nanoTime();
        cpuAtStart = PROCESS.getProcessCpuTime();
        begin(phase).complete(null);
    }

    synchronized void onEnd(List<Object[]> ofOneSink) {
        recommendations.addAll(ofOneSink);
        endedAt = System.nanoTime();
        cpuAtEnd = PROCESS.getProcessCpuTime();
    }

    /** From the beginning to the last sink's end. */
    synchronized double seconds() {
        return (endedAt - startedAt) / 1e9;
    }

    /** CPU time of all threads of this process, including the garbage collector's. */
    synchronized double cpuSeconds() {
        return (cpuAtEnd - cpuAtStart) / 1e9;
    }

    /** Each in the order of the columns of {@code recommendations.sql}. */
    synchronized List<Object[]> recommendations() {
        return recommendations;
    }
}
