package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;

/**
 * Reads a report in its JSON form, which is the Telemetry API's ("Lambda Telemetry API Event schema reference",
 * platform.report):
 *
 * <pre>
 * {"time": "…", "type": "platform.report", "record": {"requestId": "…", "status": "success", "metrics": {…}}}
 * </pre>
 *
 * What else is in it is passed over, for Lambda adds to it now and then. What must be in it must be there once.
 */
final class JsonReport {
    private static final String TYPE = "platform.report";
    private static final Pattern TIME =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z");
    private static final int MAX_MEGABYTES = 1_000_000_000;
    private static final double MAX_MS = 1e12;

    private static final int HAS_TIME = 1;
    private static final int HAS_TYPE = 1 << 1;
    private static final int HAS_RECORD = 1 << 2;
    private static final int HAS_REQUEST_ID = 1 << 3;
    private static final int HAS_STATUS = 1 << 4;
    private static final int HAS_METRICS = 1 << 5;
    private static final int HAS_DURATION = 1 << 6;
    private static final int HAS_BILLED_DURATION = 1 << 7;
    private static final int HAS_MEMORY_SIZE = 1 << 8;
    private static final int HAS_MAX_MEMORY_USED = 1 << 9;
    private static final int REQUIRED = (1 << 10) - 1;
    private static final int HAS_ERROR_TYPE = 1 << 10;
    private static final int HAS_INIT_DURATION = 1 << 11;
    private static final int HAS_RESTORE_DURATION = 1 << 12;

    /** Of its own, and without a memory: a function may write lines with any field names. */
    private final JsonFactory json =
            JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

    private JsonParser parser;
    private Report report;
    private int seen;
    private String type;
    private double initMs;
    private double restoreMs;

    /** Thrown where the text is JSON, but no report. */
    private static final class NotAReport extends IOException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Reads {@code length} characters from {@code start} into the report, its time too. */
    Line read(char[] text, int start, int length, Report into) {
        report = into;
        seen = 0;
        type = "";
        initMs = 0;
        restoreMs = 0;
        try (JsonParser opened = json.createParser(text, start, length)) {
            parser = opened;
            event();
        } catch (IOException e) {
            return Line.REFUSED;
        }
        if (!type.equals(TYPE)) {
            return type.startsWith("platform.") ? Line.OTHER : Line.REFUSED;
        }
        report.startMs = (seen & HAS_RESTORE_DURATION) != 0 ? restoreMs : initMs;
        return (seen & REQUIRED) == REQUIRED ? Line.REPORT : Line.REFUSED;
    }

    private void event() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        for (String field; (field = parser.nextFieldName()) != null; ) {
            switch (field) {
                case "time":
                    once(HAS_TIME);
                    report.timeMs = time(text());
                    break;
                case "type":
                    once(HAS_TYPE);
                    type = text();
                    break;
                case "record":
                    once(HAS_RECORD);
                    record();
                    break;
                default:
                    pass();
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        expect(parser.nextToken(), null);
    }

    private void record() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String field; (field = parser.nextFieldName()) != null; ) {
            switch (field) {
                case "requestId":
                    once(HAS_REQUEST_ID);
                    check(!text().isEmpty());
                    break;
                case "status":
                    once(HAS_STATUS);
                    check(report.setStatus(text()));
                    break;
                case "errorType":
                    once(HAS_ERROR_TYPE);
                    report.setErrorType(text());
                    break;
                case "metrics":
                    once(HAS_METRICS);
                    metrics();
                    break;
                default:
                    pass();
            }
        }
    }

    private void metrics() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        for (String field; (field = parser.nextFieldName()) != null; ) {
            switch (field) {
                case "durationMs":
                    once(HAS_DURATION);
                    report.durationMs = number();
                    break;
                case "billedDurationMs":
                    once(HAS_BILLED_DURATION);
                    report.billedDurationMs = wholeNumber();
                    break;
                case "memorySizeMB":
                    once(HAS_MEMORY_SIZE);
                    report.memorySizeMB = wholeNumber();
                    break;
                case "maxMemoryUsedMB":
                    once(HAS_MAX_MEMORY_USED);
                    report.maxMemoryUsedMB = wholeNumber();
                    break;
                case "initDurationMs":
                    once(HAS_INIT_DURATION);
                    initMs = number();
                    break;
                case "restoreDurationMs":
                    once(HAS_RESTORE_DURATION);
                    restoreMs = number();
                    break;
                default:
                    pass();
            }
        }
    }

    private void pass() throws IOException {
        parser.nextToken();
        parser.skipChildren();
    }

    private void once(int field) throws NotAReport {
        check((seen & field) == 0);
        seen |= field;
    }

    private String text() throws IOException {
        expect(parser.nextToken(), JsonToken.VALUE_STRING);
        return parser.getText();
    }

    private int wholeNumber() throws IOException {
        expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT);
        int value = parser.getIntValue();
        check(value >= 0 && value < MAX_MEGABYTES);
        return value;
    }

    private double number() throws IOException {
        JsonToken token = parser.nextToken();
        check(token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT);
        double value = parser.getDoubleValue();
        check(value >= 0 && value < MAX_MS);
        return value;
    }

    private static long time(String text) throws NotAReport {
        check(TIME.matcher(text).matches());
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException e) {
            throw new NotAReport();
        }
    }

    private static void expect(JsonToken actual, JsonToken expected) throws NotAReport {
        check(actual == expected);
    }

    private static void check(boolean isSo) throws NotAReport {
        if (!isSo) {
            throw new NotAReport();
        }
    }
}
