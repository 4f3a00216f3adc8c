package io.github.lambdamemoryoptimizer.cloudwatchlogs;

/** What a line of a log is. */
enum Line {
    REPORT,
    /** Another line of Lambda's own, such as that of an init. */
    OTHER,
    /** Nothing that Lambda writes, though the subscription's filter let it pass. */
    REFUSED
}
