package io.github.lambdamemoryoptimizer.flink;

/** A record of the telemetry stream, as a plain Java object; times in epoch milliseconds. */
public final class Telemetry {
    public String functionArn;
    public String functionVersion;
    public int memorySizeMB;
    public int maxMemoryUsedMB;
    public long invocations;
    public double durationMs;
    public long durationSquaredMs2;
    public long cpuMs;
    public long billedDurationMs;
    public long initDurationMs;
    public int coldStarts;
    public int errors;
    public int timeouts;
    public int outOfMemory;
    public long firstReportAt;
    public long lastReportAt;
    public long arrivedAt;

    /** @param functionArnPrefix of the account and region. */
    boolean isUsable(String functionArnPrefix, long maxClockSkewMs) {
        long longestMs = 910_000L * invocations;
        return isFunctionArn(functionArnPrefix)
                && isVersion()
                && memorySizeMB >= 1
                && memorySizeMB <= 10_240
                && maxMemoryUsedMB >= 1
                && maxMemoryUsedMB <= 2 * memorySizeMB
                && invocations >= 1
                && invocations <= 1_000_000_000
                && durationMs >= 0
                && durationMs <= longestMs
                && durationSquaredMs2 >= 0
                && cpuMs >= 0
                && cpuMs <= 6 * longestMs
                && coldStarts >= 0
                && coldStarts <= invocations
                && initDurationMs >= 0
                && initDurationMs <= 900_000L * coldStarts
                && billedDurationMs >= 0
                && billedDurationMs <= longestMs + initDurationMs
                && errors >= 0
                && timeouts >= 0
                && outOfMemory >= 0
                && lastReportAt > 0
                && lastReportAt <= arrivedAt + maxClockSkewMs;
    }

    private boolean isFunctionArn(String prefix) {
        int start = prefix.length();
        if (functionArn == null
                || !functionArn.startsWith(prefix)
                || functionArn.length() == start
                || functionArn.length() > start + 64) {
            return false;
        }
        for (int i = start; i < functionArn.length(); i++) {
            char c = functionArn.charAt(i);
            boolean isAllowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!isAllowed) {
                return false;
            }
        }
        return true;
    }

    private boolean isVersion() {
        if (functionVersion.equals("$LATEST")) {
            return true;
        }
        if (functionVersion.isEmpty() || functionVersion.length() > 14 || functionVersion.charAt(0) == '0') {
            return false;
        }
        return functionVersion.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    boolean isAtCap() {
        return outOfMemory > 0 || maxMemoryUsedMB >= memorySizeMB;
    }
}
