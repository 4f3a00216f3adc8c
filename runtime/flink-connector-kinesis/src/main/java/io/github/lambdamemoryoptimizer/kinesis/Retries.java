package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Decides what follows a failed call: a retry after a pause, or the job's failure. */
final class Retries {
    private static final int MOST_DOUBLINGS = 5;

    private final String streamArn;
    private final Duration timeout;
    private final Duration firstPause;
    private final LongSupplier nanoTime;
    private int failures;
    private boolean failing;
    private long failingSinceNanos;

    /**
     * @param timeout how long calls may go on failing, throttling aside, before the job fails.
     * @param firstPause the pause after a first failure; each further one doubles it, up to 32 times.
     * @param nanoTime as {@link System#nanoTime()}.
     */
    Retries(String streamArn, Duration timeout, Duration firstPause, LongSupplier nanoTime) {
        this.streamArn = streamArn;
        this.timeout = timeout;
        this.firstPause = firstPause;
        this.nanoTime = nanoTime;
    }

    synchronized void succeeded() {
        failures = 0;
        failing = false;
    }

    /**
     * @param action what was tried, as in "Can't {action} {streamArn}".
     * @return the pause before the retry.
     * @throws org.apache.flink.util.FlinkRuntimeException if waiting can't help, or the error has lasted too long.
     */
    synchronized Duration failed(Throwable error, String action) {
        long now = nanoTime.getAsLong();
        switch (KinesisErrors.kind(error)) {
            case FATAL -> throw KinesisErrors.failure(error, action, streamArn);
            case THROTTLE -> failing = false;
            case RETRY -> {
                if (!failing) {
                    failing = true;
                    failingSinceNanos = now;
                } else if (now - failingSinceNanos > timeout.toNanos()) {
                    throw KinesisErrors.failure(error, action, streamArn);
                }
            }
        }
        return firstPause.multipliedBy(1L << Math.min(failures++, MOST_DOUBLINGS));
    }
}
