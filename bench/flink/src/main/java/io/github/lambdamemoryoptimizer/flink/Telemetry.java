package io.github.lambdamemoryoptimizer.flink;

import java.util.regex.Pattern;

/** A record of the telemetry stream, as a plain Java object; times in epoch milliseconds. */
public final class Telemetry {
    private static final Pattern FUNCTION_ARN = Pattern.compile("arn:[^:]+:lambda:[^:]+:[^:]+:function:.+");

    public String functionArn;
    public String functionVersion;
    public int memorySizeMB;
    public int maxMemoryUsedMB;
    public int invocations;
    public long billedDurationMs;
    public int errors;
    public int timeouts;
    public int outOfMemory;
    public long firstReportAt;
    public long lastReportAt;
    public long arrivedAt;

    boolean isUsable(long maxClockSkewMs) {
        return functionArn != null
                && functionArn.length() <= 256
                && FUNCTION_ARN.matcher(functionArn).matches()
                && !functionVersion.isEmpty()
                && memorySizeMB >= 1
                && memorySizeMB <= 10_240
                && maxMemoryUsedMB >= 1
                && maxMemoryUsedMB <= 2 * memorySizeMB
                && invocations >= 1
                && invocations <= 1_000_000_000
                && billedDurationMs >= 0
                && billedDurationMs <= 1_000_000_000_000L
                && errors >= 0
                && timeouts >= 0
                && outOfMemory >= 0
                && lastReportAt > 0
                && lastReportAt <= arrivedAt + maxClockSkewMs;
    }

    boolean isAtCap() {
        return outOfMemory > 0 || maxMemoryUsedMB >= memorySizeMB;
    }
}
