package io.github.lambdamemoryoptimizer.cloudwatchlogs;

/** What one report says, of either form. */
final class Report {
    /** A day in ms, which no invocation takes; the square of more is not exact as a double. */
    private static final double MAX_DURATION_MS = 86_400_000;

    /** Epoch milliseconds: of the log event, or what the report itself says. */
    long timeMs;

    double durationMs;
    long billedDurationMs;
    int memorySizeMB;
    int maxMemoryUsedMB;
    /** How long the init took, or the restore of a snapshot, in ms; 0 where there was neither. */
    double startMs;

    boolean isError;
    boolean isTimeout;
    /** {@code Runtime.OutOfMemory} was its error type. */
    boolean saysOutOfMemory;

    boolean hasExactDuration() {
        return durationMs <= MAX_DURATION_MS;
    }

    /** As the layer's fold has it. */
    boolean isOutOfMemory() {
        return saysOutOfMemory || maxMemoryUsedMB >= memorySizeMB;
    }

    /**
     * Takes in the status.
     *
     * @return whether it is one that Lambda gives ("Lambda Telemetry API Event schema reference", Status).
     */
    boolean setStatus(String status) {
        switch (status) {
            case "success":
                return true;
            case "error":
            case "failure":
                isError = true;
                return true;
            case "timeout":
                isTimeout = true;
                return true;
            default:
                return false;
        }
    }

    void setErrorType(String errorType) {
        saysOutOfMemory = errorType.equals("Runtime.OutOfMemory");
    }
}
