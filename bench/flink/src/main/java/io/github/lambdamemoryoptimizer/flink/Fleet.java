package io.github.lambdamemoryoptimizer.flink;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * Generated telemetry, the same for the same numbers. Every function reports {@code reportsPerDay} times a day, all of
 * them in turn, out of order by up to a minute. One report in 500 is at its cap, and one in 1,000 is unusable.
 *
 * @param firstDay counted from 2025-01-30, where one of Flink's windows of 14 days starts.
 */
record Fleet(int functions, int reportsPerDay, int firstDay, int days) implements Serializable {
    private static final long DAY_MS = 86_400_000;
    private static final long MINUTE_MS = 60_000;
    /** Where one of Flink's windows of 14 days starts. */
    private static final long DAY_0_MS = 1_437 * 14 * DAY_MS;

    private static final int[] SIZES_MB = {256, 512, 1_024, 2_048, 3_008};
    private static final String[] SERVICES = {"orders", "checkout", "mail", "search-index", "invoices", "thumbnails"};

    long reports() {
        return (long) functions * turns();
    }

    /** How often each function reports. */
    int turns() {
        return reportsPerDay * days;
    }

    /**
     * A function's ARN in bytes. Each report makes a new string of it, as a parser would. Names end at random, as
     * generated ones do, so that state doesn't compress better than in production.
     */
    static byte[] arn(int function) {
        return "arn:aws:lambda:eu-central-1:123456789012:function:%s-%016x"
                .formatted(SERVICES[function % SERVICES.length], mix(function))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * @param turn how often each function has reported before.
     * @param arn of the function.
     */
    Telemetry report(int turn, int function, byte[] arn) {
        long random = mix(((long) firstDay * reportsPerDay + turn) * functions + function);
        long turnMs = DAY_MS / reportsPerDay;
        int day = firstDay + turn / reportsPerDay;
        Telemetry report = new Telemetry();
        report.functionArn = new String(arn, StandardCharsets.ISO_8859_1);
        report.functionVersion = function % 4 == 0 ? "17" : "$LATEST";
        // One function in ten is resized in the middle of a window.
        int size = function + (function % 10 == 0 && day % 14 >= 7 ? 1 : 0);
        report.memorySizeMB = SIZES_MB[size % SIZES_MB.length];
        report.maxMemoryUsedMB = report.memorySizeMB * (30 + bits(random, 0, 50)) / 100;
        report.invocations = 1 + bits(random, 8, 60);
        int meanMs = 20 + bits(random, 16, 400);
        report.durationMs = report.invocations * meanMs - bits(random, 20, 1_000) / 100e0;
        report.durationSquaredMs2 = report.invocations * meanMs * meanMs;
        report.cpuMs = report.invocations * meanMs / 3;
        report.billedDurationMs = report.invocations * meanMs;
        if (bits(random, 12, 20) == 0) {
            report.coldStarts = 1;
            report.initDurationMs = 200 + bits(random, 28, 800);
        }
        report.errors = bits(random, 24, 40) == 0 ? 1 : 0;
        report.timeouts = bits(random, 32, 200) == 0 ? 1 : 0;
        if (bits(random, 40, 500) == 0) {
            report.maxMemoryUsedMB = report.memorySizeMB;
            report.outOfMemory = bits(random, 16, 2);
        }
        if (bits(random, 40, 1_000) == 1) {
            report.invocations = 0;
        }
        report.lastReportAt = DAY_0_MS
                + firstDay * DAY_MS
                + turn * turnMs
                + function * (turnMs - MINUTE_MS) / functions
                + bits(random, 48, (int) MINUTE_MS);
        report.firstReportAt = report.lastReportAt - bits(random, 8, 300_000);
        report.arrivedAt = report.lastReportAt + 1_000;
        return report;
    }

    /** A number below {@code bound} of the 16 bits from {@code shift} on. */
    private static int bits(long random, int shift, int bound) {
        return (int) (((random >>> shift & 0xffff) * bound) >>> 16);
    }

    /** SplittableRandom's mixing function. */
    private static long mix(long index) {
        long z = (index + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
