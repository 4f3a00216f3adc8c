package io.github.lambdamemoryoptimizer.kinesis;

/** Where a job without state starts: the values of {@code source.init.position}. */
enum InitialPosition {
    LATEST,
    TRIM_HORIZON,
    AT_TIMESTAMP
}
