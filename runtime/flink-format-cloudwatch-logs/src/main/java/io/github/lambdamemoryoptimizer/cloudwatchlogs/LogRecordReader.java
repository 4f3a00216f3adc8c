package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.IOException;
import java.util.List;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;

/**
 * Reads an unpacked record ("Log group-level subscription filters", CloudWatch Logs User Guide):
 *
 * <pre>
 * {"messageType": "DATA_MESSAGE", "owner": "111111111111", "logGroup": "…", "logStream": "…",
 *  "subscriptionFilters": ["…"], "logEvents": [{"id": "…", "timestamp": 1767607200123, "message": "…"}, …]}
 * </pre>
 */
final class LogRecordReader {
    private static final String DATA_MESSAGE = "DATA_MESSAGE";
    private static final String CONTROL_MESSAGE = "CONTROL_MESSAGE";
    private static final String REPEATED = "A field comes twice.";

    private final JsonFactory json = new JsonFactory();
    private final TextReport textReport = new TextReport();
    private final JsonReport jsonReport = new JsonReport();
    private JsonParser parser;
    private int refusedLines;
    private long lastEventMs;

    /**
     * What a record says besides its events.
     *
     * @param refusedLines how many of its events are no report, nor another line of Lambda's own.
     * @param lastEventMs the latest time of its events, in epoch milliseconds; 0 without events.
     */
    record Header(
            String messageType,
            String owner,
            String logGroup,
            String logStream,
            int refusedLines,
            long lastEventMs) {
        /** Not a control message, by which CloudWatch Logs tries whether it can write to the stream. */
        boolean isData() {
            return messageType.equals(DATA_MESSAGE);
        }
    }

    /**
     * Reads the first {@code length} bytes.
     *
     * @param reports gets the record's reports in their order; whatever it holds after an exception has no meaning.
     * @throws IOException if it is no such record.
     */
    Header read(byte[] bytes, int length, List<Report> reports) throws IOException {
        String messageType = null;
        String owner = null;
        String logGroup = null;
        String logStream = null;
        boolean hasEvents = false;
        refusedLines = 0;
        lastEventMs = 0;
        try (JsonParser opened = json.createParser(bytes, 0, length)) {
            parser = opened;
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            for (String field; (field = parser.nextFieldName()) != null; ) {
                switch (field) {
                    case "messageType":
                        messageType = text(messageType);
                        break;
                    case "owner":
                        owner = text(owner);
                        break;
                    case "logGroup":
                        logGroup = text(logGroup);
                        break;
                    case "logStream":
                        logStream = text(logStream);
                        break;
                    case "logEvents":
                        check(!hasEvents, REPEATED);
                        hasEvents = true;
                        events(reports);
                        break;
                    default:
                        pass();
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT);
            expect(parser.nextToken(), null);
        }
        check(
                messageType != null && owner != null && logGroup != null && logStream != null && hasEvents,
                "A field is missing.");
        check(
                messageType.equals(DATA_MESSAGE) || messageType.equals(CONTROL_MESSAGE),
                "The message is of an unknown type.");
        return new Header(messageType, owner, logGroup, logStream, refusedLines, lastEventMs);
    }

    private void events(List<Report> reports) throws IOException {
        expect(parser.nextToken(), JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.START_OBJECT);
            event(reports);
        }
    }

    private void event(List<Report> reports) throws IOException {
        Report report = new Report();
        Line line = null;
        long timestamp = -1;
        boolean isJson = false;
        for (String field; (field = parser.nextFieldName()) != null; ) {
            switch (field) {
                case "timestamp":
                    check(timestamp < 0, REPEATED);
                    expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT);
                    timestamp = parser.getLongValue();
                    check(timestamp >= 0, "A time is negative.");
                    break;
                case "message":
                    check(line == null, REPEATED);
                    expect(parser.nextToken(), JsonToken.VALUE_STRING);
                    char[] text = parser.getTextCharacters();
                    int start = parser.getTextOffset();
                    int length = parser.getTextLength();
                    isJson = length > 0 && text[start] == '{';
                    line = isJson
                            ? jsonReport.read(text, start, length, report)
                            : textReport.read(text, start, length, report);
                    break;
                default:
                    pass();
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        check(line != null && timestamp >= 0, "An event has no message or no time.");
        lastEventMs = Math.max(lastEventMs, timestamp);
        if (line == Line.REPORT && report.hasExactDuration()) {
            if (!isJson) {
                report.timeMs = timestamp;
            }
            reports.add(report);
        } else if (line != Line.OTHER) {
            refusedLines++;
        }
    }

    private void pass() throws IOException {
        parser.nextToken();
        parser.skipChildren();
    }

    /** The value of a field whose value so far must be null. */
    private String text(String known) throws IOException {
        check(known == null, REPEATED);
        expect(parser.nextToken(), JsonToken.VALUE_STRING);
        return parser.getText();
    }

    private static void expect(JsonToken actual, JsonToken expected) throws IOException {
        check(actual == expected, "The record is not of the form that CloudWatch Logs sends.");
    }

    private static void check(boolean isSo, String otherwise) throws IOException {
        if (!isSo) {
            throw new IOException(otherwise);
        }
    }
}
