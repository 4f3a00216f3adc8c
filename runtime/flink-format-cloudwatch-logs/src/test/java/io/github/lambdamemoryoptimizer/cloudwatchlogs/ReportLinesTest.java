package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.ACCOUNT_ID;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.envelope;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.event;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.gzip;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines that AWS's documentation shows, and lines that only look like them. */
class ReportLinesTest {
    private static final long TIME_MS = 1_767_607_200_123L;
    private static final String FIELDS = "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 15.74 ms\t"
            + "Billed Duration: 16 ms\tMemory Size: 128 MB\tMax Memory Used: 56 MB";
    private static final String METRICS =
            "\"metrics\":{\"durationMs\":15.74,\"billedDurationMs\":16,\"memorySizeMB\":128,\"maxMemoryUsedMB\":56}";

    private final FormatHarness format = new FormatHarness();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // What follows the fields that every report has | cold start in ms | errors | time-outs | out of memory
                "''                                                                           |     | 0 | 0 | 0",
                "'\\t\\n'                                                                     |     | 0 | 0 | 0",
                "'\\tInit Duration: 130.49 ms\\t\\n'                                          | 130 | 0 | 0 | 0",
                "'\\tInit Duration: 0.4 ms'                                                   | 0   | 0 | 0 | 0",
                "'\\tRestore Duration: 410.55 ms\\tBilled Restore Duration: 81 ms\\t\\n'      | 411 | 0 | 0 | 0",
                "'\\tStatus: timeout'                                                         |     | 0 | 1 | 0",
                "'\\tStatus: error\\tError Type: Runtime.ExitError'                           |     | 1 | 0 | 0",
                "'\\tStatus: error\\tError Type: Runtime.OutOfMemory\\t\\n'                   |     | 1 | 0 | 1",
                "'\\tStatus: failure'                                                         |     | 1 | 0 | 0",
                "'\\t\\nXRAY TraceId: 1-5e34a614-10bd\\tSegmentId: 07f5\\tSampled: true\\t\\n' |    | 0 | 0 | 0",
                "'\\tInit Duration: 1 ms\\tXRAY TraceId: 1-5\\tSegmentId: 07\\tSampled: true' | 1   | 0 | 0 | 0",
                "'\\tInit Duration: 1 ms\\tStatus: timeout\\t\\nXRAY TraceId: 1\\tSegmentId: 2\\tSampled: false' | 1 | 0 | 1 | 0",
            })
    void areReadInEachOfTheirTextForms(String end, Long initMs, int errors, int timeouts, int outOfMemory) {
        String line = FIELDS + end.replace("\\t", "\t").replace("\\n", "\n");
        List<Map<String, Object>> rows = rows(line);
        assertEquals(1, rows.size(), line);
        Map<String, Object> row = rows.get(0);
        assertEquals(initMs, row.get("initDurationMs"));
        assertEquals(initMs == null ? null : 1, row.get("coldStarts"));
        assertEquals(List.of(errors, timeouts, outOfMemory), List.of(row.get("errors"), row.get("timeouts"), row.get("outOfMemory")));
        assertEquals(
                List.of(15.74, 248L, 16L, 128, 56, 1L, TIME_MS),
                List.of(
                        row.get("durationMs"),
                        row.get("durationSquaredMs2"),
                        row.get("billedDurationMs"),
                        row.get("memorySizeMB"),
                        row.get("maxMemoryUsedMB"),
                        row.get("invocations"),
                        row.get("lastReportAt")));
    }

    @Test
    void areReadAsJson() {
        List<Map<String, Object>> rows = rows("{\"time\":\"2026-01-05T10:00:00.5Z\",\"type\":\"platform.report\","
                + "\"record\":{\"requestId\":\"x\",\"metrics\":{\"durationMs\":101.51,\"billedDurationMs\":300,"
                + "\"memorySizeMB\":512,\"maxMemoryUsedMB\":33,\"initDurationMs\":116.67},\"status\":\"success\"}}");
        assertEquals(1, rows.size());
        // The report's own time, not the event's.
        assertEquals(1_767_607_200_500L, rows.get(0).get("lastReportAt"));
        assertEquals(101.51, rows.get(0).get("durationMs"));
        assertEquals(117L, rows.get(0).get("initDurationMs"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INIT_REPORT Init Duration: 3000.00 ms\tPhase: init\tStatus: timeout",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.initReport\",\"record\":{\"phase\":\"init\"}}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.extension\",\"record\":{\"name\":\"platform.report\"}}",
            })
    void otherLinesOfLambdaAreLeftOut(String line) {
        assertEquals(List.of(), rows(line));
        assertEquals(0, format.refusedLines());
        assertEquals(0, format.refusedRecords());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "Here is REPORT RequestId: 1 for you",
                " " + FIELDS,
                FIELDS + " ",
                FIELDS + "\r\n",
                FIELDS + "\n\n",
                FIELDS + "\n" + FIELDS,
                FIELDS + "\tCustomer: 7",
                FIELDS + "\tInit Duration: 1 ms\tInit Duration: 1 ms",
                FIELDS + "\tInit Duration: -1 ms",
                FIELDS + "\tInit Duration: 1",
                FIELDS + "\tStatus: fine",
                FIELDS + "\tStatus: ",
                FIELDS + "\tError Type: \u00e4",
                FIELDS + "\tXRAY TraceId: 1",
                "REPORT RequestId: \tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1 Duration: 1 ms Billed Duration: 1 ms Memory Size: 128 MB Max Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1e3 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: .5 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1. ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1 ms\tBilled Duration: 1.5 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 9999999999 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: -1 MB",
                "REPORT RequestId: 1\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: \u0661 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1234567890123456 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB",
                "REPORT RequestId: 1\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB",
                "report about platform.report",
                "[]",
                "{}",
                "{\"type\":\"platform.report\"}",
                "{\"level\":\"INFO\",\"message\":{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\"}}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\",\"record\":7}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\",\"status\":\"success\"}}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\"," + METRICS + "}}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\"," + METRICS
                        + ",\"status\":\"fine\"}}",
                "{\"time\":\"2026-02-30T10:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\"," + METRICS
                        + ",\"status\":\"success\"}}",
                "{\"time\":\"tomorrow\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\"," + METRICS
                        + ",\"status\":\"success\"}}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\"," + METRICS + ","
                        + METRICS + ",\"status\":\"success\"}}",
                "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"x\"," + METRICS
                        + ",\"status\":\"success\"}}{}",
            })
    void whatOnlyLooksLikeOneIsRefusedAndCounted(String line) {
        assertEquals(List.of(), rows(line));
        assertEquals(1, format.refusedLines());
        assertEquals(0, format.refusedRecords());
    }

    @Test
    void ofAFunctionAreNotLostAmongWhatIsNone() {
        String record = envelope("DATA_MESSAGE", ACCOUNT_ID, "/aws/lambda/orders", "2026/01/05/[$LATEST]88ab", List.of(
                event(TIME_MS, "REPORT RequestId"), event(TIME_MS, FIELDS), event(TIME_MS, "{"), event(TIME_MS, FIELDS)));
        assertEquals(2, format.rows(gzip(record)).size());
        assertEquals(2, format.refusedLines());
    }

    private List<Map<String, Object>> rows(String line) {
        return format.rows(gzip(envelope(
                "DATA_MESSAGE", ACCOUNT_ID, "/aws/lambda/orders", "2026/01/05/[$LATEST]88ab", List.of(event(TIME_MS, line)))));
    }
}
