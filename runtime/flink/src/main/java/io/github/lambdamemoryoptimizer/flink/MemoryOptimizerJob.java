package io.github.lambdamemoryoptimizer.flink;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * The entry point that Flink needs: reads the application's properties, fills the SQL files' parameters and
 * submits the one INSERT. What the job does is in {@code sql/*.sql}.
 */
public final class MemoryOptimizerJob {
    /** The property group of the application that holds the job's parameters. */
    static final String PROPERTY_GROUP = "lambda-memory-optimizer";

    private MemoryOptimizerJob() {}

    /**
     * @param args none on Managed Flink, which hands the properties over in
     *     {@code /etc/flink/application_properties.json}; elsewhere the path of a file of that form.
     * @throws IllegalArgumentException if a parameter is missing, unknown or out of its range; the message is one
     *     sentence.
     */
    public static void main(String[] args) throws IOException {
        JobParameters parameters = JobParameters.of(readProperties(args));
        StreamTableEnvironment tables =
                StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment());
        // Buckets and windows are UTC days, wherever the cluster stands.
        tables.getConfig().set("table.local-time-zone", "UTC");
        // A shard that is silent this long no longer holds event time back.
        tables.getConfig().set("table.exec.source.idle-timeout", "60 s");

        for (String file : parameters.sqlFiles()) {
            String statement = SqlFile.read(file, parameters.values());
            if (statement.startsWith("INSERT")) {
                // No await: on Managed Flink the job outlives its entry point.
                tables.createStatementSet().addInsertSql(statement).execute();
            } else {
                tables.executeSql(statement);
            }
        }
    }

    private static Properties readProperties(String[] args) throws IOException {
        Map<String, Properties> groups =
                args.length == 0
                        ? KinesisAnalyticsRuntime.getApplicationProperties()
                        : KinesisAnalyticsRuntime.getApplicationProperties(args[0]);
        Properties group = groups.get(PROPERTY_GROUP);
        if (group == null) {
            throw new IllegalArgumentException(
                    "The application has no property group " + PROPERTY_GROUP + "; its parameters belong there.");
        }
        return group;
    }
}
