package io.github.lambdamemoryoptimizer.flink;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** The job as it is deployed, between the bench's source and sink. */
final class SqlVersion {
    private SqlVersion() {}

    /** @param tableConfig options in addition to the job's own. */
    static void build(
            StreamExecutionEnvironment environment,
            List<Fleet> phases,
            Properties properties,
            Map<String, String> tableConfig)
            throws Exception {
        FleetTables.phases = phases;
        JobParameters parameters = JobParameters.of(properties);
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        StreamStatementSet statements = MemoryOptimizerJob.statements(tables, parameters);
        tableConfig.forEach(tables.getConfig()::set);
        statements.attachAsDataStream();
        OperatorIds.assign(environment, parameters);
    }
}
