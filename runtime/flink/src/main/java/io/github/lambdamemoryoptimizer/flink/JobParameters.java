package io.github.lambdamemoryoptimizer.flink;

import io.github.lambdamemoryoptimizer.kinesis.StreamArn;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job's parameters, checked and turned into SQL text. Their names are the stack config's keys; their defaults
 * live there, so here every one must be given.
 *
 * @param values SQL text by the parameter names that the SQL files use.
 * @param sqlFiles the statements to execute, in their order.
 * @param functionArnPrefixes what the ARNs of the functions that the job accepts start with.
 * @param percentile from 0 to 1.
 * @param windowing what the state of the windows depends on; they start afresh when it changes.
 */
record JobParameters(
        Map<String, String> values,
        List<String> sqlFiles,
        Duration windowLength,
        Duration bucketLength,
        Duration idleTimeout,
        Duration pressureInterval,
        List<String> functionArnPrefixes,
        double percentile,
        String windowing) {
    /** @throws IllegalArgumentException in one sentence, if a parameter is missing, unknown or not allowed. */
    static JobParameters of(Properties properties) {
        return new Reader(properties).read();
    }

    private static final class Reader {
        private static final String LOGS_STREAM = "logsStream";
        private static final String LOG_GROUP_FUNCTIONS = "logGroupFunctions";
        /** Names of log groups ("CreateLogGroup", CloudWatch Logs API Reference) and of functions. */
        private static final Pattern FUNCTIONS_BY_LOG_GROUP =
                Pattern.compile("(?:[.\\-_/#A-Za-z0-9]{1,512}:[A-Za-z0-9_-]{1,64}(?:,(?!$)|$))*");

        private final Properties properties;
        private final TreeSet<String> unread;
        private final Map<String, String> values = new LinkedHashMap<>();

        Reader(Properties properties) {
            this.properties = properties;
            this.unread = new TreeSet<>(properties.stringPropertyNames());
        }

        JobParameters read() {
            stream("telemetryStream");
            stream("recommendationsStream");
            // Together, or neither: without a logs stream there are no log groups.
            boolean hasLogs = properties.containsKey(LOGS_STREAM + "Arn");
            if (hasLogs) {
                stream(LOGS_STREAM);
                functionsByLogGroup();
            }
            for (String key : ParameterRules.keys()) {
                values.put(key, ParameterRules.sqlText(key, text(key)));
            }
            ParameterRules.checkTogether(this::text);
            List<String> functionArnPrefixes = functionArnPrefixes();
            values.put("figuresType", Figures.TYPE);
            String windowType = text("windowType");
            Duration bucketLength = duration("bucketLength");
            Duration windowLength = duration("windowLength");
            Duration pressureInterval = duration("pressureInterval");
            List<Duration> lengths =
                    switch (windowType) {
                        case "session" -> List.of(duration("sessionGap"), bucketLength);
                        case "sliding" -> List.of(windowLength, duration("slide"), bucketLength);
                        default -> List.of(windowLength, bucketLength);
                    };
            if (!unread.isEmpty()) {
                throw new IllegalArgumentException("The job has no parameter named " + String.join(", ", unread) + ".");
            }
            return new JobParameters(
                    Map.copyOf(values),
                    sqlFiles(hasLogs, windowType, pressureInterval),
                    windowLength,
                    bucketLength,
                    duration("idleTimeout"),
                    pressureInterval,
                    functionArnPrefixes,
                    new BigDecimal(values.get("sizingPercentile")).movePointLeft(2).doubleValue(),
                    windowType + " " + lengths);
        }

        private static List<String> sqlFiles(boolean hasLogs, String windowType, Duration pressureInterval) {
            List<String> files = new ArrayList<>(List.of("telemetry.sql"));
            if (hasLogs) {
                files.add("logs.sql");
            }
            files.add(hasLogs ? "sources-layer-and-logs.sql" : "sources-layer.sql");
            files.addAll(List.of("recommendations.sql", "reports.sql", "usable-reports.sql"));
            files.add("window-" + windowType + ".sql");
            // PER_FUNCTION_WINDOWS sums its windows up itself.
            if (!windowType.equals("per-function")) {
                files.add("function-windows.sql");
            }
            files.addAll(List.of("sizes.sql", "observations.sql", "memory-pressure.sql"));
            files.add(pressureInterval.isZero() ? "pressure-all.sql" : "pressure-first.sql");
            files.add("recommend.sql");
            return List.copyOf(files);
        }

        private void stream(String prefix) {
            String arn = text(prefix + "Arn");
            Matcher match = StreamArn.PATTERN.matcher(arn);
            ParameterRules.check(match.matches(), prefix + "Arn", arn, "the ARN of a Kinesis data stream");
            values.put(prefix + "Arn", arn);
            values.put(prefix + "Partition", match.group(1));
            values.put(prefix + "Region", match.group(2));
        }

        private void functionsByLogGroup() {
            String value = text(LOG_GROUP_FUNCTIONS);
            ParameterRules.check(
                    FUNCTIONS_BY_LOG_GROUP.matcher(value).matches(),
                    LOG_GROUP_FUNCTIONS,
                    value,
                    "log groups and their functions' names, as in /team/orders:orders, separated by commas");
            values.put(LOG_GROUP_FUNCTIONS, value);
        }

        private Duration duration(String key) {
            return ParameterRules.duration(text(key));
        }

        private List<String> functionArnPrefixes() {
            String value = text("functionArnPrefixes");
            List<String> prefixes = List.of(value.split(","));
            ParameterRules.check(
                    prefixes.stream().allMatch(ParameterRules::isFunctionArnPrefix),
                    "functionArnPrefixes",
                    value,
                    "what ARNs of Lambda functions start with, up to their names, separated by commas");
            return prefixes;
        }

        private String text(String key) {
            String value = properties.getProperty(key);
            if (value == null) {
                throw new IllegalArgumentException(
                        key + " is missing from the property group " + MemoryOptimizerJob.PROPERTY_GROUP + ".");
            }
            unread.remove(key);
            return value;
        }
    }
}
