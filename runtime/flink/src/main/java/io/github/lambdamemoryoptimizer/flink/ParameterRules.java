package io.github.lambdamemoryoptimizer.flink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the job's parameters by {@code parameters.properties}, which is generated from the table of the stack config's
 * keys, so that the job accepts exactly what a preview accepted.
 */
final class ParameterRules {
    private static final Properties RULES = load();
    private static final Pattern NUMBER = Pattern.compile(RULES.getProperty("grammar.number"));
    private static final Pattern DURATION = Pattern.compile(RULES.getProperty("grammar.duration"));
    private static final Pattern FUNCTION_ARN_PREFIX = Pattern.compile(RULES.getProperty("grammar.functionArnPrefix"));
    /** Of runtime/number.ts: 0.1 + 0.05 is 0.15000000000000002, and meant to be 0.15. */
    private static final int DECIMAL_PLACES = 9;

    private ParameterRules() {}

    /** The parameters that are settings. */
    static List<String> keys() {
        return List.of(RULES.getProperty("parameters").split(" "));
    }

    /**
     * A value as SQL text: a name, a number or an interval literal.
     *
     * @throws IllegalArgumentException in one sentence, if it isn't allowed.
     */
    static String sqlText(String key, String value) {
        String[] rule = RULES.getProperty(key).split(" ");
        List<String> limits = Arrays.asList(rule).subList(1, rule.length);
        return switch (rule[0]) {
            case "choice" -> {
                check(limits.contains(value), key, value, "one of " + String.join(", ", limits));
                yield value;
            }
            case "duration" -> {
                String allowed = "a duration from " + limits.get(0) + " to " + limits.get(1) + ", such as 90s, 15m, 6h or 14d";
                check(DURATION.matcher(value).matches(), key, value, allowed);
                Duration duration = duration(value);
                check(isWithin(duration, duration(limits.get(0)), duration(limits.get(1))), key, value, allowed);
                yield interval(duration);
            }
            case "wholeNumber" -> number(key, value, "a whole number", 0, limits);
            case "decimal" -> number(key, value, "a number", DECIMAL_PLACES, limits);
            default -> throw new IllegalStateException("There is no rule for parameters of the kind " + rule[0] + ".");
        };
    }

    /** A duration that is known to be one, such as {@code 14d}. */
    static Duration duration(String text) {
        Matcher match = DURATION.matcher(text);
        if (!match.matches()) {
            throw new IllegalStateException(text + " is not a duration.");
        }
        String unit = match.group(2).toUpperCase(Locale.ROOT);
        return Duration.parse((unit.equals("D") ? "P" : "PT") + match.group(1) + unit);
    }

    /** Whether a text is the start that the ARNs of an account's and region's functions share. */
    static boolean isFunctionArnPrefix(String text) {
        return FUNCTION_ARN_PREFIX.matcher(text).matches();
    }

    /**
     * Rejects values that are allowed one by one, but don't go together.
     *
     * @param valueOf the value of a parameter.
     */
    static void checkTogether(UnaryOperator<String> valueOf) {
        for (String[] pair : pairs("multiples." + valueOf.apply("windowType"))) {
            String whole = valueOf.apply(pair[0]);
            String part = valueOf.apply(pair[1]);
            boolean isMultiple = duration(whole).toMillis() % duration(part).toMillis() == 0;
            checkPair(isMultiple, pair[0], whole, "a whole multiple of", pair[1], part);
        }
        for (String[] pair : pairs("atMost")) {
            String low = valueOf.apply(pair[0]);
            String high = valueOf.apply(pair[1]);
            checkPair(size(low).compareTo(size(high)) <= 0, pair[0], low, "at most", pair[1], high);
        }
    }

    private static List<String[]> pairs(String rule) {
        return Arrays.stream(RULES.getProperty(rule).split(", "))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split(" "))
                .toList();
    }

    /** Of two durations, or of two numbers. */
    private static BigDecimal size(String value) {
        return DURATION.matcher(value).matches()
                ? BigDecimal.valueOf(duration(value).toMillis())
                : new BigDecimal(value);
    }

    /** A double's exact value is rounded, as JavaScript does; a whole number must be one as it stands. */
    private static String number(String key, String value, String kind, int decimalPlaces, List<String> limits) {
        String allowed = kind + " from " + limits.get(0) + " to " + limits.get(1);
        check(NUMBER.matcher(value).matches() && Double.isFinite(Double.parseDouble(value)), key, value, allowed);
        BigDecimal given = new BigDecimal(Double.parseDouble(value));
        BigDecimal used = given.setScale(decimalPlaces, RoundingMode.HALF_UP);
        boolean isWholeWhereItMustBe = decimalPlaces > 0 || used.compareTo(given) == 0;
        BigDecimal least = new BigDecimal(limits.get(0));
        BigDecimal most = new BigDecimal(limits.get(1));
        boolean isAllowed = isWholeWhereItMustBe && isWithin(used, least, most);
        // As runtime/parse-value.ts shows it: a number stands without quotes where a whole number belongs.
        checkShown(isAllowed, key, decimalPlaces == 0 ? value : quoted(value), allowed);
        return used.signum() == 0 ? "0" : used.stripTrailingZeros().toPlainString();
    }

    /** An interval literal, such as {@code INTERVAL '14 00:00:00' DAY(3) TO SECOND}. */
    static String interval(Duration duration) {
        return "INTERVAL '%d %02d:%02d:%02d' DAY(3) TO SECOND"
                .formatted(duration.toDays(), duration.toHoursPart(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    private static <T extends Comparable<T>> boolean isWithin(T value, T least, T most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }

    /** @param allowed the end of a sentence that starts with "it must be". */
    static void check(boolean isAllowed, String key, String value, String allowed) {
        checkShown(isAllowed, key, quoted(value), allowed);
    }

    private static void checkShown(boolean isAllowed, String key, String shown, String allowed) {
        if (!isAllowed) {
            throw new IllegalArgumentException(key + " is " + shown + "; it must be " + allowed + ".");
        }
    }

    private static String quoted(String value) {
        return '"' + value + '"';
    }

    private static void checkPair(
            boolean isAllowed, String key, String value, String relation, String otherKey, String otherValue) {
        if (!isAllowed) {
            throw new IllegalArgumentException(
                    key + " is " + value + "; it must be " + relation + " " + otherKey + ", which is " + otherValue + ".");
        }
    }

    private static Properties load() {
        Properties rules = new Properties();
        try (InputStream file = ParameterRules.class.getResourceAsStream("/parameters.properties")) {
            rules.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rules;
    }
}
