package io.github.lambdamemoryoptimizer.cloudwatchlogs;

/**
 * Reads a report in its text form, exactly as Lambda writes it ("Understanding Lambda function logs", Lambda Developer
 * Guide; fields are separated by tabs):
 *
 * <pre>
 * REPORT RequestId: …  Duration: 1.25 ms  Billed Duration: 2 ms  Memory Size: 128 MB  Max Memory Used: 64 MB
 * </pre>
 *
 * then, each at most once, {@code Init Duration}, {@code Restore Duration}, {@code Billed Restore Duration}, {@code
 * Status}, {@code Error Type}, and on a line of its own that of X-Ray. It works on the characters where they stand: a
 * job reads a hundred thousand such lines a second.
 */
final class TextReport {
    private static final char[] INIT_REPORT = "INIT_REPORT ".toCharArray();
    private static final char[] REQUEST_ID = "REPORT RequestId: ".toCharArray();
    private static final char[] DURATION = "\tDuration: ".toCharArray();
    private static final char[] BILLED_DURATION = " ms\tBilled Duration: ".toCharArray();
    private static final char[] MEMORY_SIZE = " ms\tMemory Size: ".toCharArray();
    private static final char[] MAX_MEMORY_USED = " MB\tMax Memory Used: ".toCharArray();
    private static final char[] INIT_DURATION = "Init Duration: ".toCharArray();
    private static final char[] RESTORE_DURATION = "Restore Duration: ".toCharArray();
    private static final char[] BILLED_RESTORE_DURATION = "Billed Restore Duration: ".toCharArray();
    private static final char[] STATUS = "Status: ".toCharArray();
    private static final char[] ERROR_TYPE = "Error Type: ".toCharArray();
    private static final char[] TRACE_ID = "XRAY TraceId: ".toCharArray();
    private static final char[] SEGMENT_ID = "\tSegmentId: ".toCharArray();
    private static final char[] SAMPLED = "\tSampled: ".toCharArray();
    private static final char[] MS = " ms".toCharArray();
    private static final char[] MB = " MB".toCharArray();

    private static final int INIT = 1;
    private static final int RESTORE = 2;
    private static final int BILLED_RESTORE = 4;
    private static final int HAS_STATUS = 8;
    private static final int HAS_ERROR_TYPE = 16;

    private static final int MAX_TOKEN_LENGTH = 128;
    /** So that a number is exact as a double, and a whole one fits into an int. */
    private static final int MAX_DIGITS = 15;
    private static final int MAX_WHOLE_DIGITS = 9;
    private static final long[] POWERS_OF_TEN = new long[MAX_DIGITS + 1];

    static {
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i <= MAX_DIGITS; i++) {
            POWERS_OF_TEN[i] = 10 * POWERS_OF_TEN[i - 1];
        }
    }

    private char[] text;
    private int at;
    private int end;
    /** Whether all so far was as it must be; what is read after it was not has no meaning. */
    private boolean ok;

    /** Reads {@code length} characters from {@code start} into the report; its time is left as it is. */
    Line read(char[] text, int start, int length, Report report) {
        this.text = text;
        this.at = start;
        this.end = start + length;
        this.ok = true;
        if (startsWith(INIT_REPORT)) {
            return Line.OTHER;
        }
        skip(REQUEST_ID);
        token();
        skip(DURATION);
        report.durationMs = number();
        skip(BILLED_DURATION);
        report.billedDurationMs = wholeNumber();
        skip(MEMORY_SIZE);
        report.memorySizeMB = wholeNumber();
        skip(MAX_MEMORY_USED);
        report.maxMemoryUsedMB = wholeNumber();
        skip(MB);
        optionalFields(report);
        xray();
        return ok && at == end ? Line.REPORT : Line.REFUSED;
    }

    private void optionalFields(Report report) {
        report.startMs = 0;
        double initMs = 0;
        double restoreMs = 0;
        int seen = 0;
        while (ok && at < end && text[at] == '\t') {
            at++;
            int field;
            if (startsWith(INIT_DURATION)) {
                field = INIT;
                initMs = milliseconds();
            } else if (startsWith(RESTORE_DURATION)) {
                field = RESTORE;
                restoreMs = milliseconds();
            } else if (startsWith(BILLED_RESTORE_DURATION)) {
                field = BILLED_RESTORE;
                milliseconds();
            } else if (startsWith(STATUS)) {
                field = HAS_STATUS;
                ok &= report.setStatus(token());
            } else if (startsWith(ERROR_TYPE)) {
                field = HAS_ERROR_TYPE;
                report.setErrorType(token());
            } else {
                // Lambda ends the fields with a tab.
                break;
            }
            ok &= (seen & field) == 0;
            seen |= field;
        }
        report.startMs = (seen & RESTORE) != 0 ? restoreMs : initMs;
    }

    /** The line of X-Ray, and the ends of lines. */
    private void xray() {
        skipOne('\n');
        if (at < end) {
            skip(TRACE_ID);
            token();
            skip(SEGMENT_ID);
            token();
            skip(SAMPLED);
            String sampled = token();
            ok &= sampled.equals("true") || sampled.equals("false");
            skipOne('\t');
            skipOne('\n');
        }
    }

    private double milliseconds() {
        double value = number();
        skip(MS);
        return value;
    }

    private boolean startsWith(char[] expected) {
        if (end - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (text[at + i] != expected[i]) {
                return false;
            }
        }
        at += expected.length;
        return true;
    }

    private void skip(char[] expected) {
        ok = ok && startsWith(expected);
    }

    private void skipOne(char optional) {
        if (at < end && text[at] == optional) {
            at++;
        }
    }

    /** Visible ASCII characters. */
    private String token() {
        int start = at;
        while (at < end && text[at] > ' ' && text[at] < 0x7f) {
            at++;
        }
        ok &= at > start && at - start <= MAX_TOKEN_LENGTH;
        return ok ? new String(text, start, at - start) : "";
    }

    private int wholeNumber() {
        int start = at;
        long value = digits(0, MAX_WHOLE_DIGITS);
        ok &= at > start;
        return (int) value;
    }

    /** Digits, and perhaps a point and more digits. The quotient of two exact doubles is as near as a double can be. */
    private double number() {
        int start = at;
        long value = digits(0, MAX_DIGITS);
        int wholeDigits = at - start;
        ok &= wholeDigits > 0;
        if (at == end || text[at] != '.') {
            return value;
        }
        at++;
        int point = at;
        value = digits(value, MAX_DIGITS - wholeDigits);
        ok &= at > point;
        return ok ? (double) value / POWERS_OF_TEN[at - point] : 0;
    }

    private long digits(long value, int most) {
        int start = at;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            if (at - start == most) {
                ok = false;
                return value;
            }
            value = 10 * value + (text[at] - '0');
            at++;
        }
        return value;
    }
}
