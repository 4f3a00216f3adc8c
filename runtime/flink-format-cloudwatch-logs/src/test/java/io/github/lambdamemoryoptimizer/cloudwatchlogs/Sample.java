package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A report as the platform knows it, which writes its own line in either form, and its own row.
 *
 * @param init in ms, null where there was none; {@code restore} likewise.
 * @param status null where the text form leaves it out.
 * @param end what follows the text form's fields.
 */
record Sample(
        long timeMs,
        String requestId,
        BigDecimal duration,
        int billedMs,
        int memorySizeMB,
        int maxMemoryUsedMB,
        BigDecimal init,
        BigDecimal restore,
        String status,
        String errorType,
        String end,
        boolean isJson) {
    private static final List<String> ENDS = List.of(
            "",
            "\t",
            "\t\n",
            "\n",
            "\t\nXRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n",
            "\nXRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: false");
    private static final List<String> ERROR_TYPES =
            List.of("Runtime.OutOfMemory", "Runtime.ExitError", "Sandbox.Timedout", "Function.Unknown");

    static Sample random(Random random) {
        boolean isCold = random.nextInt(5) == 0;
        boolean isRestored = random.nextInt(9) == 0;
        String status =
                random.nextInt(4) > 0 ? null : List.of("success", "error", "failure", "timeout").get(random.nextInt(4));
        int memorySizeMB = 128 + random.nextInt(10_240 - 128 + 1);
        return new Sample(
                1_767_225_600_000L + random.nextLong(86_400_000L * 28),
                new UUID(random.nextLong(), random.nextLong()).toString(),
                ms(random, 900_000),
                1 + random.nextInt(900_000),
                memorySizeMB,
                random.nextInt(12) == 0 ? memorySizeMB + random.nextInt(3) : 1 + random.nextInt(memorySizeMB),
                isCold ? ms(random, 10_000) : null,
                isRestored ? ms(random, 10_000) : null,
                status,
                status != null && random.nextBoolean() ? ERROR_TYPES.get(random.nextInt(4)) : null,
                ENDS.get(random.nextInt(ENDS.size())),
                random.nextInt(3) == 0);
    }

    private static BigDecimal ms(Random random, int most) {
        int places = random.nextInt(4);
        return new BigDecimal(random.nextDouble() * most).setScale(places, RoundingMode.HALF_UP);
    }

    String line() {
        return isJson ? json() : text();
    }

    private String text() {
        return "REPORT RequestId: " + requestId + "\tDuration: " + duration + " ms\tBilled Duration: " + billedMs
                + " ms\tMemory Size: " + memorySizeMB + " MB\tMax Memory Used: " + maxMemoryUsedMB + " MB"
                + (init == null ? "" : "\tInit Duration: " + init + " ms")
                + (restore == null ? "" : "\tRestore Duration: " + restore + " ms\tBilled Restore Duration: 7 ms")
                + (status == null ? "" : "\tStatus: " + status)
                + (errorType == null ? "" : "\tError Type: " + errorType)
                + end;
    }

    private String json() {
        return "{\"time\":\"" + Instant.ofEpochMilli(timeMs) + "\",\"type\":\"platform.report\",\"record\":{\"requestId\":\""
                + requestId + "\",\"metrics\":{\"durationMs\":" + duration + ",\"billedDurationMs\":" + billedMs
                + ",\"memorySizeMB\":" + memorySizeMB + ",\"maxMemoryUsedMB\":" + maxMemoryUsedMB
                + (init == null ? "" : ",\"initDurationMs\":" + init)
                + (restore == null ? "" : ",\"restoreDurationMs\":" + restore + ",\"billedRestoreDurationMs\":7")
                + "},\"spans\":[{\"name\":\"responseLatency\",\"durationMs\":1.5}],\"status\":\""
                + (status == null ? "success" : status) + "\""
                + (errorType == null ? "" : ",\"errorType\":\"" + errorType + "\"")
                + "}}";
    }

    /** The row's values by their columns. */
    Map<String, Object> row(String functionName, String functionArn, String functionVersion) {
        BigDecimal start = restore == null ? init : restore;
        boolean isCold = start != null && start.signum() > 0;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("functionName", functionName);
        row.put("functionArn", functionArn);
        row.put("functionVersion", functionVersion);
        row.put("memorySizeMB", memorySizeMB);
        row.put("maxMemoryUsedMB", maxMemoryUsedMB);
        row.put("invocations", 1L);
        row.put("durationMs", duration.doubleValue());
        row.put("durationSquaredMs2", duration.multiply(duration).setScale(0, RoundingMode.HALF_UP).longValue());
        row.put("billedDurationMs", (long) billedMs);
        row.put("initDurationMs", isCold ? start.setScale(0, RoundingMode.HALF_UP).longValue() : null);
        row.put("coldStarts", isCold ? 1 : null);
        row.put("errors", "error".equals(status) || "failure".equals(status) ? 1 : 0);
        row.put("timeouts", "timeout".equals(status) ? 1 : 0);
        row.put("outOfMemory", maxMemoryUsedMB >= memorySizeMB || "Runtime.OutOfMemory".equals(errorType) ? 1 : 0);
        row.put("firstReportAt", timeMs);
        row.put("lastReportAt", timeMs);
        return row;
    }
}
