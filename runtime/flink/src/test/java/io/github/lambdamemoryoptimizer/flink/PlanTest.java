package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pins the physical plan of each job. A plan that changes, by an upgrade of Flink or a change of the SQL, may lose the
 * state in everybody's snapshots: look at it, then write it down anew with {@code mvn -pl runtime/flink -am test
 * -DwritePlans}.
 */
class PlanTest {
    private static final Path PLANS = Path.of("src/test/resources/plans");

    @ParameterizedTest
    @CsvSource({"tumbling", "sliding", "session", "per-function"})
    void isAsItWas(String windowType) throws IOException {
        check(windowType, TestParameters.with("windowType", windowType));
    }

    @ParameterizedTest
    @CsvSource({"tumbling", "per-function"})
    void isAsItWasWithALogsStream(String windowType) throws IOException {
        check(windowType + "-with-logs", TestParameters.withLogs("windowType", windowType));
    }

    private static void check(String name, JobParameters parameters) throws IOException {
        StreamTableEnvironment tables =
                StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment());
        String plan = physicalPlan(MemoryOptimizerJob.statements(tables, parameters).explain());
        Path file = PLANS.resolve(name + ".txt");
        if (System.getProperty("writePlans") != null) {
            Files.writeString(file, plan);
        }
        assertEquals(Files.readString(file), plan, "the plan of " + file);
    }

    private static String physicalPlan(String explained) {
        int start = explained.indexOf("== Optimized Physical Plan ==");
        int end = explained.indexOf("== Optimized Execution Plan ==");
        return explained.substring(start, end).strip() + "\n";
    }
}
