package io.github.lambdamemoryoptimizer.flink;

/**
 * A function's version as a number, which takes less room in state: that of a published one, or 0 for {@code $LATEST}.
 * Lambda counts versions up from 1 ("Manage Lambda function versions").
 */
final class FunctionVersion {
    static final String LATEST = "$LATEST";
    /** More than any function will ever have, and few enough for a key to hold a memory size as well. */
    static final int MAX_DIGITS = 14;

    private FunctionVersion() {}

    static long number(String version) {
        return version.equals(LATEST) ? 0 : Long.parseLong(version);
    }

    static String text(long number) {
        return number == 0 ? LATEST : String.valueOf(number);
    }
}
