package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a restart from a snapshot keeps is what has the same id as before. */
class OperatorIdsTest {
    private static final String TELEMETRY = "telemetry arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry";
    /** The place in the stream, what is on its way out, and which memory pressure was sent. */
    private static final Set<String> ALWAYS_KEPT = Set.of(TELEMETRY, "recommendations", "memory-pressure");
    /** Flink's planner takes over a second for each job. */
    private static final Map<JobParameters, Set<String>> PLANNED = new HashMap<>();

    @ParameterizedTest
    @CsvSource({"tumbling", "sliding", "session", "per-function"})
    void stayAsLongAsTheWindowsDo(String windowType) throws Exception {
        Set<String> ids = ids("windowType", windowType);
        assertEquals(
                ids,
                ids(
                        "windowType", windowType,
                        "sizing", "percentile",
                        "sizingPercentile", "50",
                        "bufferMB", "7",
                        "peakMargin", "0.5",
                        "pressureStep", "0.5",
                        "pressureInterval", "5m",
                        "minActiveDays", "3",
                        "minInvocations", "30",
                        "minMemoryMB", "256",
                        "maxMemoryMB", "4096",
                        "lateness", "2h",
                        "idleTimeout", "5m",
                        "maxClockSkew", "5m"));
        assertEquals(ids, ids("windowType", windowType, "bucketLength", "24h"), "the same length in other words");
    }

    @ParameterizedTest
    @CsvSource({
        "tumbling, windowLength, 7d",
        "tumbling, bucketLength, 12h",
        "tumbling, windowType, sliding",
        "sliding, windowLength, 7d",
        "sliding, slide, 2d",
        "session, sessionGap, 2d",
        "session, bucketLength, 12h",
        "per-function, windowLength, 7d",
        "per-function, bucketLength, 12h",
    })
    void changeWithTheWindows(String windowType, String key, String value) throws Exception {
        Set<String> common = ids("windowType", windowType);
        common.retainAll(ids("windowType", windowType, key, value));
        Set<String> kept = new TreeSet<>(ALWAYS_KEPT);
        if (!key.equals("bucketLength")) {
            kept.add("3 observations PT24H");
        }
        assertEquals(kept, common);
    }

    @Test
    void dontChangeWithWhatTheWindowsDontUse() throws Exception {
        assertEquals(ids("windowType", "session"), ids("windowType", "session", "windowLength", "7d", "slide", "2d"));
        assertEquals(ids("windowType", "tumbling"), ids("windowType", "tumbling", "sessionGap", "7d"));
    }

    @Test
    void changeWithTheStreamForThePlaceInItAlone() throws Exception {
        Set<String> lost = ids();
        lost.removeAll(ids("telemetryStreamArn", "arn:aws:kinesis:eu-west-1:123456789012:stream/another"));
        assertEquals(Set.of(TELEMETRY), lost);
    }

    /** A logs stream may come and go: what the layers told of is kept. */
    @ParameterizedTest
    @CsvSource({"tumbling", "sliding", "session", "per-function"})
    void stayWithALogsStreamAndMore(String windowType) throws Exception {
        Set<String> ids = ids("windowType", windowType);
        Set<String> withLogs = ids(TestParameters.withLogs("windowType", windowType));
        assertTrue(withLogs.containsAll(ids), () -> ids + " in " + withLogs);
        assertTrue(withLogs.contains("logs arn:aws:kinesis:eu-west-1:123456789012:stream/logs"), withLogs::toString);
    }

    private static Set<String> ids(String... changes) throws Exception {
        return ids(TestParameters.with(changes));
    }

    private static Set<String> ids(JobParameters parameters) throws Exception {
        Set<String> ids = PLANNED.get(parameters);
        if (ids == null) {
            ids = plan(parameters);
            PLANNED.put(parameters, ids);
        }
        return new TreeSet<>(ids);
    }

    private static Set<String> plan(JobParameters parameters) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        MemoryOptimizerJob.statements(StreamTableEnvironment.create(environment), parameters).attachAsDataStream();
        OperatorIds.assign(environment, parameters);
        Set<String> ids = new TreeSet<>();
        for (StreamNode node : environment.getStreamGraph().getStreamNodes()) {
            assertNotNull(node.getTransformationUID(), node.getOperatorName());
            ids.add(node.getTransformationUID());
        }
        return ids;
    }
}
