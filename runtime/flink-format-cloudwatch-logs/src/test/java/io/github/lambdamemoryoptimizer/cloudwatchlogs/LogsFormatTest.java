package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.ACCOUNT_ID;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.ARN_PREFIX;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.envelope;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.event;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.gzip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsFormatTest {
    private static final String GROUP = "/aws/lambda/orders";
    private static final String STREAM = "2026/01/05/[$LATEST]88ab";
    private static final int MOST_EVENTS = 10_000;

    private final FormatHarness format = new FormatHarness("function-names", "/team/c:third");

    /** Every line, of either form, and every batch that CloudWatch Logs could send, comes out as it went in. */
    @Test
    void givesBackEveryReportThatWentIn() {
        Random random = new Random(1);
        List<Integer> sizes = new ArrayList<>(List.of(1, 2, MOST_EVENTS));
        for (int i = 0; i < 300; i++) {
            sizes.add(1 + random.nextInt(random.nextInt(10) == 0 ? 2_000 : 50));
        }
        for (int size : sizes) {
            List<Sample> samples = Stream.generate(() -> Sample.random(random)).limit(size).toList();
            List<String> events = samples.stream().map(one -> event(one.timeMs(), one.line())).toList();
            String version = random.nextBoolean() ? "$LATEST" : String.valueOf(1 + random.nextInt(99));
            String[] source =
                    switch (random.nextInt(3)) {
                        case 0 -> new String[] {"first", "/aws/lambda/first", "2026/01/05/[" + version + "]88ab"};
                        case 1 -> new String[] {"second", "/team", "2026/01/05/second[" + version + "]88ab"};
                        default -> new String[] {"third", "/team/c", "2026/01/05/[" + version + "]88ab"};
                    };
            List<Map<String, Object>> expected = samples.stream()
                    .map(one -> one.row(source[0], ARN_PREFIX + source[0], version))
                    .toList();
            byte[] record = gzip(envelope("DATA_MESSAGE", ACCOUNT_ID, source[1], source[2], events));
            assertEquals(expected, format.rows(record), () -> "a record of " + size + " events");
        }
        assertEquals(0, format.refusedLines());
        assertEquals(0, format.refusedRecords());
    }

    @Test
    void takesTheFieldsOfARecordAndOfAnEventInAnyOrder() {
        Sample sample = Sample.random(new Random(1));
        String message = FormatHarness.quoted(sample.line());
        byte[] record = gzip("{\"logEvents\":[{\"message\":" + message + ",\"extractedFields\":{\"a\":[\"b\"]},\"timestamp\":"
                + sample.timeMs() + "}],\"new\":{\"x\":[1,{}]},\"logStream\":\"" + STREAM + "\",\"logGroup\":\"" + GROUP
                + "\",\"owner\":\"" + ACCOUNT_ID + "\",\"messageType\":\"DATA_MESSAGE\"}");
        assertEquals(List.of(sample.row("orders", ARN_PREFIX + "orders", "$LATEST")), format.rows(record));
    }

    @Test
    void takesAControlMessageForAHeartbeat() {
        byte[] record = gzip(envelope("CONTROL_MESSAGE", "CloudwatchLogs", "", "", List.of(
                event(1_767_607_200_123L, "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."))));
        assertEquals(List.of(1_767_607_200_123L), format.heartbeats(record));
        assertEquals(0, format.refusedRecords());
        assertEquals(0, format.refusedLines());
    }

    @Test
    void refusesABrokenRecordWholeAndReadsTheNext() {
        byte[] good = gzip(envelope("DATA_MESSAGE", ACCOUNT_ID, GROUP, STREAM, events(3)));
        String json = envelope("DATA_MESSAGE", ACCOUNT_ID, GROUP, STREAM, events(3));
        List<byte[]> broken = List.of(
                new byte[0],
                new byte[] {31},
                "{}".getBytes(),
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length / 2),
                gzip(""),
                gzip("[]"),
                gzip("{}"),
                gzip("null"),
                gzip(json.substring(0, json.length() - 1)),
                gzip(json + "{}"),
                gzip(json.replace("DATA_MESSAGE", "NEWS")),
                gzip(json.replace("\"owner\"", "\"logGroup\"")),
                gzip(json.replace("\"timestamp\":", "\"timestamp\":\"x\",\"t\":")),
                gzip(json.replace("\"timestamp\":", "\"t\":")),
                gzip(json.replace("\"timestamp\":", "\"timestamp\":-")),
                gzip(json.replace("\"timestamp\":", "\"timestamp\":99999999999999999999,\"t\":")),
                gzip(json.replace("\"message\":", "\"message\":null,\"m\":")),
                gzip(json.replace(GROUP, "/aws/lambda/a.b")),
                gzip("[".repeat(100_000)),
                gzip("{\"logEvents\":" + "[".repeat(100_000)));
        for (byte[] record : broken) {
            assertEquals(List.of(), format.rows(record), () -> new String(record));
            assertEquals(3, format.rows(good).size());
        }
        assertEquals(broken.size(), format.refusedRecords());
        assertEquals(0, format.refusedLines());
    }

    @Test
    void refusesWhatUnpacksToMoreThanARecordCanHold() {
        byte[] bomb = gzip(new byte[Gunzip.MAX_BYTES + 1]);
        assertTrue(bomb.length < 20_000, "a record's size says nothing of it");
        assertEquals(List.of(), format.rows(bomb));
        assertEquals(1, format.refusedRecords());
        // Of many parts, each small.
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        for (int i = 0; i < 20; i++) {
            parts.writeBytes(gzip(new byte[1 << 20]));
        }
        assertEquals(List.of(), format.rows(parts.toByteArray()));
        assertEquals(2, format.refusedRecords());
        // Exactly as much as is allowed.
        String json = envelope("DATA_MESSAGE", ACCOUNT_ID, GROUP, STREAM, events(3));
        byte[] largest = gzip(json + " ".repeat(Gunzip.MAX_BYTES - json.length()));
        assertEquals(3, format.rows(largest).size());
        assertEquals(2, format.refusedRecords());
    }

    @Test
    void hasRoomForTheLargestBatchThatCloudWatchLogsTakes() {
        // 1 MiB and 10,000 events, 26 bytes of each for the event itself; the characters that JSON makes six of.
        String message = "\u0001".repeat((1 << 20) / MOST_EVENTS - 26);
        List<String> events = Stream.generate(() -> event(1_767_607_200_123L, message)).limit(MOST_EVENTS).toList();
        format.rows(gzip(envelope("DATA_MESSAGE", ACCOUNT_ID, GROUP, STREAM, events)));
        assertEquals(MOST_EVENTS, format.refusedLines());
        assertEquals(0, format.refusedRecords());
    }

    @ParameterizedTest
    @CsvSource({
        "region, Europe, Option 'region' is 'Europe'; it must be a region's name.",
        "partition, azure, Option 'partition' is 'azure'; it must be a partition's name.",
        "function-names, /a:b.c, Option 'function-names' has 'b.c' for /a; it must be a function's name.",
    })
    void saysInOneSentenceWhichOptionIsNotAllowed(String option, String value, String sentence) {
        Exception refusal = assertThrows(ValidationException.class, () -> new FormatHarness(option, value));
        assertEquals(sentence, refusal.getMessage());
    }

    @Test
    void refusesAColumnOfAnotherType() {
        Exception refusal = assertThrows(
                ValidationException.class,
                () -> new FormatHarness(DataTypes.ROW(DataTypes.FIELD("memorySizeMB", DataTypes.STRING()))));
        assertEquals(
                "Column memorySizeMB is STRING; with the format cloudwatch-logs-reports it must be INTEGER.",
                refusal.getMessage());
    }

    private static List<String> events(int count) {
        Random random = new Random(2);
        return Stream.generate(() -> Sample.random(random))
                .limit(count)
                .map(one -> event(one.timeMs(), one.line()))
                .toList();
    }
}
