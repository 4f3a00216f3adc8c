package io.github.lambdamemoryoptimizer.flink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The job's parameters, at the stack config's defaults save for what a test sets. */
final class TestParameters {
    private TestParameters() {}

    /** @param changes keys and values by turns. */
    static JobParameters with(String... changes) {
        return with(defaults(), changes);
    }

    /** The same, for a job that has a logs stream. */
    static JobParameters withLogs(String... changes) {
        Properties properties = defaults();
        properties.setProperty("logsStreamArn", "arn:aws:kinesis:eu-west-1:123456789012:stream/logs");
        properties.setProperty("logGroupFunctions", "");
        return with(properties, changes);
    }

    private static JobParameters with(Properties properties, String... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            properties.setProperty(changes[i], changes[i + 1]);
        }
        return JobParameters.of(properties);
    }

    static Properties defaults() {
        Properties properties = new Properties();
        try (InputStream file = TestParameters.class.getResourceAsStream("/default-parameters.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
