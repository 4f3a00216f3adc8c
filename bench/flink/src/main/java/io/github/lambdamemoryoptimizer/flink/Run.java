package io.github.lambdamemoryoptimizer.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What the sources and sinks of a job, which run in this process, and {@link Bench} share. */
final class Run {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static volatile Run current;

    /** Counted down by each source that has emitted the last record of the warm-up. */
    final CountDownLatch warmedUp;
    /** Until this is complete, the sources emit nothing but the warm-up. */
    final CompletableFuture<Void> begin = new CompletableFuture<>();

    private final List<Object[]> recommendations = new ArrayList<>();
    private long startedAt;
    private long endedAt;
    private long cpuAtStart;
    private long cpuAtEnd;

    private Run(int parallelism) {
        this.warmedUp = new CountDownLatch(parallelism);
    }

    static Run start(int parallelism) {
        current = new Run(parallelism);
        return current;
    }

    static Run current() {
        return current;
    }

    synchronized void begin() {
        startedAt = System.nanoTime();
        cpuAtStart = PROCESS.getProcessCpuTime();
        begin.complete(null);
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

    /** Of all of this process's threads, the garbage collector's too. */
    synchronized double cpuSeconds() {
        return (cpuAtEnd - cpuAtStart) / 1e9;
    }

    /** Each in the order of the columns of {@code recommendations.sql}. */
    synchronized List<Object[]> recommendations() {
        return recommendations;
    }
}
