package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.functions.ProcessTableFunction.TimeContext;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/** How often the reports that wait are read: event time, timers and state are played here. */
class PerFunctionWindowsTest {
    private static final int REPORTS = 30_000;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    private final PerFunctionWindows function =
            new PerFunctionWindows(Duration.ofDays(1), Duration.ofHours(1), 0.95);
    private final PerFunctionWindows.Window window = new PerFunctionWindows.Window();
    private final CountingList waiting = new CountingList();
    private final Time time = new Time();
    private final List<Row> windows = new ArrayList<>();

    @Test
    void readsWhatWaitsOnceAWindow() throws Exception {
        function.setCollector(new Collector<>() {
            @Override
            public void collect(Row row) {
                windows.add(row);
            }

            @Override
            public void close() {}
        });
        // Of the first window all come before event time has reached it, the earliest one last.
        for (int i = REPORTS; i > 0; i--) {
            report(10 * DAY_MS + i);
        }
        assertEquals(0, waiting.reads, "reads before event time is there");
        advanceTo(10 * DAY_MS + HOUR_MS);
        // Those of the next window wait until the first one is closed.
        for (int i = REPORTS; i > 0; i--) {
            report(12 * DAY_MS + i);
        }
        assertTrue(waiting.reads <= 1, waiting.reads + " reads with a window open");
        advanceTo(14 * DAY_MS);
        assertTrue(waiting.reads <= 2, waiting.reads + " reads for two windows");
        assertEquals(2, windows.size());
        for (Row each : windows) {
            assertEquals((long) REPORTS, each.getField(7));
        }
        assertEquals(Instant.ofEpochMilli(12 * DAY_MS + 1), windows.get(1).getField(0));
    }

    private void report(long timeMs) throws Exception {
        Row row = Row.withNames(RowKind.INSERT);
        row.setField("lastReportAt", Instant.ofEpochMilli(timeMs));
        row.setField("functionVersion", "$LATEST");
        row.setField("memorySizeMB", 512);
        row.setField("maxMemoryUsedMB", 100);
        row.setField("isAtCap", false);
        row.setField("durationSquaredMs2", null);
        row.setField("cpuMs", null);
        for (String sum : List.of(
                "invocations",
                "durationMicros",
                "billedDurationMs",
                "initDurationMs",
                "coldStarts",
                "errors",
                "timeouts",
                "outOfMemory")) {
            row.setField(sum, 1L);
        }
        function.eval(time.context(), window, waiting, row);
    }

    private void advanceTo(long watermark) throws Exception {
        while (!time.timers.isEmpty() && time.timers.first() <= watermark) {
            time.watermark = time.timers.pollFirst();
            function.onTimer(time.context(), window, waiting);
        }
        time.watermark = watermark;
    }

    private static final class CountingList extends ListView<PerFunctionWindows.Waiting> {
        private int reads;

        @Override
        public List<PerFunctionWindows.Waiting> getList() {
            reads++;
            return super.getList();
        }
    }

    private static final class Time {
        private final TreeSet<Long> timers = new TreeSet<>();
        private Long watermark;

        PerFunctionWindows.OnTimerContext context() {
            return play(PerFunctionWindows.OnTimerContext.class, "timeContext", play(TimeContext.class, null, null));
        }

        /** An interface of Flink's of which one method gives a value, and those of timers are played. */
        @SuppressWarnings("unchecked")
        private <T> T play(Class<T> type, String method, Object value) {
            return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> {
                if (called.getName().equals(method)) {
                    return value;
                }
                switch (called.getName()) {
                    case "currentWatermark":
                        return watermark;
                    case "registerOnTime":
                        return timers.add((Long) given[0]) ? null : null;
                    default:
                        throw new UnsupportedOperationException(called.getName());
                }
            });
        }
    }
}
