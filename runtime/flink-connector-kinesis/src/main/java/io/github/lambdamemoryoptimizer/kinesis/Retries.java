package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Decides what follows a failed call: another try after a pause, or the end of the job. */
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
     * @param firstPause after a first failure; each further one doubles it, up to 32 times.
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
     * @return the pause before the next try.
     * @throws org.apache.flink.util.FlinkRuntimeException if no waiting mends the error, or it has lasted too long.
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
