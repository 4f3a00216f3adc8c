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
 * @param percentile from 0 to 1.
 * @param windowing what the state of the windows depends on; a change of it has them start afresh.
 */
record JobParameters(
        Map<String, String> values,
        List<String> sqlFiles,
        Duration windowLength,
        Duration bucketLength,
        Duration idleTimeout,
        double percentile,
        String windowing) {
    private static final Pattern STREAM_ARN =
            Pattern.compile("arn:[a-z-]+:kinesis:([a-z0-9-]+):\\d{12}:stream/[a-zA-Z0-9_.-]{1,128}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]{1,20}([.][0-9]{0,40})?|[.][0-9]{1,40})([eE][+-]?[0-9]{1,3})?");
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
            String windowType = oneOf("windowType", "tumbling", "session", "sliding", "per-function");
            Duration bucketLength = duration("bucketLength", Duration.ofSeconds(1));
            Duration windowLength = duration("windowLength", Duration.ofSeconds(1));
            Duration sessionGap = duration("sessionGap", Duration.ofSeconds(1));
            Duration slide = duration("slide", Duration.ofSeconds(1));
            duration("lateness", Duration.ZERO);
            Duration idleTimeout = duration("idleTimeout", Duration.ofSeconds(1));
            duration("maxClockSkew", Duration.ZERO);
            oneOf("sizing", "average", "average-above-peak", "peak", "percentile");
            BigDecimal percentile = number("sizingPercentile", 0, 100, 9).movePointLeft(2);
            number("bufferMB", 0, 10_240, 0);
            number("peakMargin", 0, 10, 9);
            number("pressureStep", 0, 10, 9);
            number("minActiveDays", 1, 366, 0);
            number("minInvocations", 1, 1_000_000_000, 0);
            BigDecimal minMemoryMB = number("minMemoryMB", 128, 10_240, 0);
            BigDecimal maxMemoryMB = number("maxMemoryMB", 128, 10_240, 0);
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
            if (minMemoryMB.compareTo(maxMemoryMB) > 0) {
                throw new IllegalArgumentException(
                        "minMemoryMB is " + minMemoryMB + "; it must be at most maxMemoryMB, which is " + maxMemoryMB + ".");
            }
            if (!unread.isEmpty()) {
                throw new IllegalArgumentException("The job has no parameter named " + String.join(", ", unread) + ".");
            }
            return new JobParameters(
                    Map.copyOf(values),
                    sqlFiles(windowType),
                    windowLength,
                    bucketLength,
                    idleTimeout,
                    percentile.doubleValue(),
                    windowType + " " + lengths);
        }

        private static List<String> sqlFiles(String windowType) {
            List<String> files = new ArrayList<>(
                    List.of("telemetry.sql", "recommendations.sql", "reports.sql", "usable-reports.sql"));
            files.add("window-" + windowType + ".sql");
            // PER_FUNCTION_WINDOWS sums its windows up itself.
            if (!windowType.equals("per-function")) {
                files.add("function-windows.sql");
            }
            files.addAll(List.of("sizes.sql", "memory-pressure.sql", "recommend.sql"));
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

        /** The rule of runtime/number.ts: nine decimal places are kept, and a whole number is never rounded. */
        private BigDecimal number(String key, long min, long max, int decimalPlaces) {
            String value = text(key);
            BigDecimal given = NUMBER.matcher(value).matches() ? exactly(Double.parseDouble(value)) : null;
            BigDecimal number = given == null ? null : given.setScale(decimalPlaces, RoundingMode.HALF_UP);
            if (number == null
                    || decimalPlaces == 0 && number.compareTo(given) != 0
                    || number.compareTo(BigDecimal.valueOf(min)) < 0
                    || number.compareTo(BigDecimal.valueOf(max)) > 0) {
                throw notAllowed(
                        key, value, "a " + (decimalPlaces == 0 ? "whole " : "") + "number from " + min + " to " + max);
            }
            values.put(key, number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
            return number;
        }

        /** The double's exact value, of which settings.ts rounds, too; null where it is too large for one. */
        private static BigDecimal exactly(double number) {
            return Double.isInfinite(number) ? null : new BigDecimal(number);
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
