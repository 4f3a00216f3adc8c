package io.github.lambdamemoryoptimizer.flink;

import java.util.Map;
import java.util.Properties;

/** The job's parameters, at the stack config's defaults save for what a test sets. */
final class TestParameters {
    private TestParameters() {}

    /** @param changes keys and values by turns. */
    static JobParameters with(String... changes) {
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("telemetryStreamArn", "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry"),
                Map.entry(
                        "recommendationsStreamArn", "arn:aws:kinesis:eu-west-1:123456789012:stream/recommendations"),
                Map.entry("functionArnPrefixes", "arn:aws:lambda:eu-west-1:123456789012:function:"),
                Map.entry("recorded", "false"),
                Map.entry("windowType", "tumbling"),
                Map.entry("windowLength", "14d"),
                Map.entry("bucketLength", "1d"),
                Map.entry("sessionGap", "3d"),
                Map.entry("slide", "1d"),
                Map.entry("lateness", "1h"),
                Map.entry("idleTimeout", "60s"),
                Map.entry("maxClockSkew", "1h"),
                Map.entry("sizing", "average-above-peak"),
                Map.entry("sizingPercentile", "95"),
                Map.entry("bufferMB", "100"),
                Map.entry("peakMargin", "0.15"),
                Map.entry("pressureStep", "0.25"),
                Map.entry("pressureInterval", "60s"),
                Map.entry("minActiveDays", "1"),
                Map.entry("minInvocations", "1"),
                Map.entry("minMemoryMB", "128"),
                Map.entry("maxMemoryMB", "10240")));
        for (int i = 0; i < changes.length; i += 2) {
            properties.setProperty(changes[i], changes[i + 1]);
        }
        return JobParameters.of(properties);
    }
}
