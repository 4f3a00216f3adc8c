package io.github.lambdamemoryoptimizer.flink;

import java.math.BigDecimal;
import java.math.RoundingMode;
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
 * @param functionArnPrefixes what the ARNs of the functions start with that are the job's business.
 * @param percentile from 0 to 1.
 * @param windowing what the state of the windows depends on; a change of it has them start afresh.
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
    private static final Pattern STREAM_ARN =
            Pattern.compile("arn:[a-z-]+:kinesis:([a-z0-9-]+):\\d{12}:stream/[a-zA-Z0-9_.-]{1,128}");
    private static final Pattern FUNCTION_ARN_PREFIX =
            Pattern.compile("arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:function:");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}(\\.\\d{1,30})?([eE]-?\\d{1,3})?");
    /** Further decimals are rounded off: 0.1 + 0.05 is a hair more than 0.15 in most languages. */
    private static final int DECIMALS = 9;

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Duration MAX_DURATION = Duration.ofDays(366);

    /** @throws IllegalArgumentException in one sentence, if a parameter is missing, unknown or not allowed. */
    static JobParameters of(Properties properties) {
        return new Reader(properties).read();
    }

    private static final class Reader {
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
            List<String> functionArnPrefixes = functionArnPrefixes();
            // A recording is read at once: its arrival on the stream says nothing of its time.
            boolean isRecorded = oneOf("recorded", "false", "true").equals("true");
            values.put("figuresType", Figures.TYPE);
            values.put("arrivedAt", isRecorded ? "(arrivedAt + " + interval(MAX_DURATION) + ")" : "arrivedAt");
            String windowType = oneOf("windowType", "tumbling", "session", "sliding", "per-function");
            Duration windowLength = duration("windowLength", Duration.ofSeconds(1));
            Duration bucketLength = duration("bucketLength", Duration.ofSeconds(1));
            Duration sessionGap = duration("sessionGap", Duration.ofSeconds(1));
            Duration slide = duration("slide", Duration.ofSeconds(1));
            Duration lateness = duration("lateness", Duration.ZERO);
            Duration idleTimeout = duration("idleTimeout", Duration.ofSeconds(1));
            Duration maxClockSkew = duration("maxClockSkew", Duration.ZERO);
            oneOf("sizing", "average", "average-above-peak", "peak", "percentile");
            BigDecimal percentile = number("sizingPercentile", 0, 100).movePointLeft(2);
            integer("bufferMB", 0, 10_240);
            number("peakMargin", 0, 10);
            number("pressureStep", 0, 10);
            Duration pressureInterval = duration("pressureInterval", Duration.ZERO);
            integer("minActiveDays", 1, 366);
            integer("minInvocations", 1, 1_000_000_000);
            BigDecimal minMemoryMB = integer("minMemoryMB", 128, 10_240);
            BigDecimal maxMemoryMB = integer("maxMemoryMB", 128, 10_240);
            List<Duration> lengths =
                    switch (windowType) {
                        case "session" -> List.of(sessionGap, bucketLength);
                        case "sliding" -> {
                            checkMultiple("slide", slide, "bucketLength", bucketLength);
                            checkMultiple("windowLength", windowLength, "slide", slide);
                            yield List.of(windowLength, slide, bucketLength);
                        }
                        default -> {
                            checkMultiple("windowLength", windowLength, "bucketLength", bucketLength);
                            yield List.of(windowLength, bucketLength);
                        }
                    };
            if (maxClockSkew.compareTo(lateness) > 0) {
                throw tooGreat(
                        "maxClockSkew", properties.getProperty("maxClockSkew"), "lateness", properties.getProperty("lateness"));
            }
            if (minMemoryMB.compareTo(maxMemoryMB) > 0) {
                throw tooGreat(
                        "minMemoryMB", minMemoryMB.toPlainString(), "maxMemoryMB", maxMemoryMB.toPlainString());
            }
            if (!unread.isEmpty()) {
                throw new IllegalArgumentException("The job has no parameter named " + String.join(", ", unread) + ".");
            }
            return new JobParameters(
                    Map.copyOf(values),
                    sqlFiles(windowType, pressureInterval),
                    windowLength,
                    bucketLength,
                    idleTimeout,
                    pressureInterval,
                    functionArnPrefixes,
                    percentile.doubleValue(),
                    windowType + " " + lengths);
        }

        private static List<String> sqlFiles(String windowType, Duration pressureInterval) {
            List<String> files = new ArrayList<>(
                    List.of("telemetry.sql", "recommendations.sql", "reports.sql", "usable-reports.sql"));
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

        private void checkMultiple(String wholeKey, Duration whole, String partKey, Duration part) {
            if (whole.toMillis() % part.toMillis() != 0) {
                throw new IllegalArgumentException(
                        wholeKey + " is " + properties.getProperty(wholeKey) + "; it must be a whole multiple of "
                                + partKey + ", which is " + properties.getProperty(partKey) + ".");
            }
        }

        private void stream(String prefix) {
            String arn = text(prefix + "Arn");
            Matcher match = STREAM_ARN.matcher(arn);
            if (!match.matches()) {
                throw notAllowed(prefix + "Arn", arn, "the ARN of a Kinesis data stream");
            }
            values.put(prefix + "Arn", arn);
            values.put(prefix + "Region", match.group(1));
        }

        private String oneOf(String key, String... allowed) {
            String value = text(key);
            if (!List.of(allowed).contains(value)) {
                throw notAllowed(key, value, "one of " + String.join(", ", allowed));
            }
            values.put(key, value);
            return value;
        }

        private Duration duration(String key, Duration min) {
            String value = text(key);
            Matcher match = DURATION.matcher(value);
            Duration duration = match.matches() ? Duration.parse(isoText(match)) : null;
            if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(MAX_DURATION) > 0) {
                throw notAllowed(
                        key, value, "a duration from " + (min.isZero() ? "0s" : "1s") + " to 366d, such as 90s, 15m, 6h or 14d");
            }
            values.put(key, interval(duration));
            return duration;
        }

        private BigDecimal number(String key, long min, long max) {
            return number(key, min, max, false);
        }

        private BigDecimal integer(String key, long min, long max) {
            return number(key, min, max, true);
        }

        private BigDecimal number(String key, long min, long max, boolean isInteger) {
            String value = text(key);
            BigDecimal number = NUMBER.matcher(value).matches()
                    ? new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_UP).stripTrailingZeros()
                    : null;
            if (number == null
                    || isInteger && number.scale() > 0
                    || number.compareTo(BigDecimal.valueOf(min)) < 0
                    || number.compareTo(BigDecimal.valueOf(max)) > 0) {
                throw notAllowed(key, value, "a " + (isInteger ? "whole " : "") + "number from " + min + " to " + max);
            }
            values.put(key, number.toPlainString());
            return number;
        }

        private List<String> functionArnPrefixes() {
            String value = text("functionArnPrefixes");
            List<String> prefixes = List.of(value.split(","));
            if (!prefixes.stream().allMatch(prefix -> FUNCTION_ARN_PREFIX.matcher(prefix).matches())) {
                throw notAllowed(
                        "functionArnPrefixes",
                        value,
                        "what ARNs of Lambda functions start with, up to their names, separated by commas");
            }
            return prefixes;
        }

        private static IllegalArgumentException tooGreat(String key, String value, String limitKey, String limit) {
            return new IllegalArgumentException(
                    key + " is " + value + "; it must be at most " + limitKey + ", which is " + limit + ".");
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

        private static IllegalArgumentException notAllowed(String key, String value, String allowed) {
            return new IllegalArgumentException(key + " is \"" + value + "\"; it must be " + allowed + ".");
        }
    }

    private static String isoText(Matcher match) {
        String unit = match.group(2).toUpperCase(java.util.Locale.ROOT);
        return (unit.equals("D") ? "P" : "PT") + match.group(1) + unit;
    }

    /** An interval literal, such as {@code INTERVAL '14 00:00:00' DAY(3) TO SECOND}. */
    static String interval(Duration duration) {
        return "INTERVAL '%d %02d:%02d:%02d' DAY(3) TO SECOND"
                .formatted(duration.toDays(), duration.toHoursPart(), duration.toMinutesPart(), duration.toSecondsPart());
    }
}
