package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** What is in a record, read slowly: by trees, regular expressions and decimal numbers. */
final class Oracle {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    /** What must not come twice; in what else there is, it may. */
    private static final Set<String> KNOWN = Set.of(
            "/messageType", "/owner", "/logGroup", "/logStream", "/logEvents",
            "/time", "/type", "/record", "/record/requestId", "/record/status", "/record/errorType", "/record/metrics",
            "/record/metrics/durationMs", "/record/metrics/billedDurationMs", "/record/metrics/memorySizeMB",
            "/record/metrics/maxMemoryUsedMB", "/record/metrics/initDurationMs", "/record/metrics/restoreDurationMs");
    private static final Pattern KNOWN_OF_EVENT = Pattern.compile("/logEvents/\\d+/(timestamp|message)");
    private static final String NUMBER = "([0-9]+(?:\\.[0-9]+)?)";
    private static final String WHOLE = "([0-9]{1,9})";
    private static final String TOKEN = "[!-~]{1,128}+";
    private static final Pattern REPORT = Pattern.compile("REPORT RequestId: " + TOKEN + "\tDuration: " + NUMBER
            + " ms\tBilled Duration: " + WHOLE + " ms\tMemory Size: " + WHOLE + " MB\tMax Memory Used: " + WHOLE
            + " MB((?:\t(?:Init Duration: " + NUMBER + " ms|Restore Duration: " + NUMBER
            + " ms|Billed Restore Duration: " + NUMBER + " ms|Status: (?:success|error|failure|timeout)|Error Type: "
            + TOKEN + "))*)\t?\n?(?:XRAY TraceId: " + TOKEN + "\tSegmentId: " + TOKEN
            + "\tSampled: (?:true|false)\t?\n?)?");
    private static final Pattern NAME = Pattern.compile("/aws/lambda/([a-zA-Z0-9_-]{1,64})");
    private static final Pattern STREAM =
            Pattern.compile("\\d{4}/\\d{2}/\\d{2}/(|[a-zA-Z0-9_-]{1,64})\\[(\\$LATEST|[1-9]\\d{0,17})\\][a-zA-Z0-9-]{1,64}");
    private static final Set<String> STATUSES = Set.of("success", "error", "failure", "timeout");
    private static final int MAX_DIGITS = 15;

    private Oracle() {}

    /** A record unpacked, or why it can't be. */
    static String text(byte[] record) {
        try {
            return new String(unpacked(record), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static byte[] unpacked(byte[] record) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(record))) {
            return in.readAllBytes();
        }
    }

    static List<Map<String, Object>> rows(byte[] record) {
        try {
            JsonNode root = JSON.readTree(unpacked(record));
            if (repeats(text(record)) || !root.path("messageType").asText().equals("DATA_MESSAGE") || !root.path("logEvents").isArray()) {
                return List.of();
            }
            for (String field : List.of("owner", "logGroup", "logStream")) {
                if (!root.path(field).isTextual()) {
                    return List.of();
                }
            }
            String owner = root.path("owner").asText();
            String[] function = function(root.path("logGroup").asText(), root.path("logStream").asText());
            List<Map<String, Object>> rows = new ArrayList<>();
            for (JsonNode event : root.path("logEvents")) {
                JsonNode time = event.path("timestamp");
                if (!event.path("message").isTextual() || !time.canConvertToLong() || !time.isIntegralNumber() || time.asLong() < 0) {
                    return List.of();
                }
                Sample sample = sample(event.path("message").asText(), time.asLong());
                if (sample != null && sample.duration().doubleValue() <= 86_400_000 && function != null && owner.matches("\\d{12}")) {
                    String arn = "arn:aws:lambda:eu-west-1:" + owner + ":function:" + function[0];
                    rows.add(sample.row(function[0], arn, function[1]));
                }
            }
            return rows;
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean repeats(String json) throws IOException {
        Set<String> seen = new HashSet<>();
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token; (token = parser.nextToken()) != null; ) {
                if (token == JsonToken.FIELD_NAME) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    boolean isKnown = KNOWN.contains(path) || KNOWN_OF_EVENT.matcher(path).matches();
                    if (isKnown && !seen.add(path)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static String[] function(String group, String stream) {
        Matcher inStream = STREAM.matcher(stream);
        if (!inStream.matches()) {
            return null;
        }
        Matcher inGroup = NAME.matcher(group);
        if (group.startsWith("/aws/lambda/")) {
            boolean agree = inStream.group(1).isEmpty() || inGroup.matches() && inStream.group(1).equals(inGroup.group(1));
            return inGroup.matches() && agree ? new String[] {inGroup.group(1), inStream.group(2)} : null;
        }
        return inStream.group(1).isEmpty() ? null : new String[] {inStream.group(1), inStream.group(2)};
    }

    private static Sample sample(String line, long timeMs) {
        return line.startsWith("{") ? ofJson(line) : ofText(line, timeMs);
    }

    private static Sample ofText(String line, long timeMs) {
        Matcher match = REPORT.matcher(line);
        if (!match.matches()) {
            return null;
        }
        String optional = match.group(5);
        for (String field : List.of("Init Duration", "Restore Duration", "Billed Restore Duration", "Status", "Error Type")) {
            if (optional.split("\t" + field + ": ", -1).length > 2) {
                return null;
            }
        }
        List<BigDecimal> numbers = new ArrayList<>();
        for (int group : new int[] {1, 6, 7, 8}) {
            String text = match.group(group);
            if (text != null && text.replace(".", "").length() > MAX_DIGITS) {
                return null;
            }
            numbers.add(text == null ? null : new BigDecimal(text));
        }
        return new Sample(
                timeMs,
                "",
                numbers.get(0),
                Integer.parseInt(match.group(2)),
                Integer.parseInt(match.group(3)),
                Integer.parseInt(match.group(4)),
                numbers.get(1),
                numbers.get(2),
                valueOf(optional, "Status"),
                valueOf(optional, "Error Type"),
                "",
                false);
    }

    private static String valueOf(String fields, String name) {
        Matcher match = Pattern.compile("\t" + name + ": ([!-~]+)").matcher(fields);
        return match.find() ? match.group(1) : null;
    }

    private static Sample ofJson(String line) {
        JsonNode event;
        try {
            event = JSON.readTree(line);
            if (repeats(line)) {
                return null;
            }
        } catch (IOException e) {
            return null;
        }
        JsonNode report = event.path("record");
        JsonNode metrics = report.path("metrics");
        boolean isReport = event.path("type").asText().equals("platform.report")
                && event.path("time").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z")
                && report.path("requestId").isTextual()
                && !report.path("requestId").asText().isEmpty()
                && STATUSES.contains(report.path("status").asText())
                && (report.path("errorType").isMissingNode() || report.path("errorType").isTextual());
        for (String whole : List.of("billedDurationMs", "memorySizeMB", "maxMemoryUsedMB")) {
            JsonNode value = metrics.path(whole);
            isReport &= value.isIntegralNumber() && value.canConvertToInt() && value.asInt() >= 0
                    && value.asInt() < 1_000_000_000;
        }
        for (String number : List.of("durationMs", "initDurationMs", "restoreDurationMs")) {
            JsonNode value = metrics.path(number);
            isReport &= value.isMissingNode()
                    ? !number.equals("durationMs")
                    : value.isNumber() && value.asDouble() >= 0 && value.asDouble() < 1e12;
        }
        if (!isReport) {
            return null;
        }
        try {
            return new Sample(
                    Instant.parse(event.path("time").asText()).toEpochMilli(),
                    "",
                    decimal(metrics, "durationMs"),
                    metrics.path("billedDurationMs").asInt(),
                    metrics.path("memorySizeMB").asInt(),
                    metrics.path("maxMemoryUsedMB").asInt(),
                    decimal(metrics, "initDurationMs"),
                    decimal(metrics, "restoreDurationMs"),
                    report.path("status").asText(),
                    report.path("errorType").asText(null),
                    "",
                    true);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static BigDecimal decimal(JsonNode metrics, String field) {
        JsonNode value = metrics.path(field);
        return value.isMissingNode() ? null : value.decimalValue().setScale(Math.min(20, Math.max(0, value.decimalValue().scale())), RoundingMode.HALF_UP);
    }
}
