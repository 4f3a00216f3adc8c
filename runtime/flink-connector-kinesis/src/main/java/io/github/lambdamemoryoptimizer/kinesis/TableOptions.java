package io.github.lambdamemoryoptimizer.kinesis;

import static io.github.lambdamemoryoptimizer.kinesis.SinkSettings.PUT_RECORDS_MAX_BYTES;
import static io.github.lambdamemoryoptimizer.kinesis.SinkSettings.PUT_RECORDS_MAX_ENTRIES;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.FLUSH_BUFFER_SIZE;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.FLUSH_BUFFER_TIMEOUT;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_BATCH_SIZE;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_BUFFERED_REQUESTS;
import static org.apache.flink.connector.base.table.AsyncSinkConnectorOptions.MAX_IN_FLIGHT_REQUESTS;

import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/** Checks a table's options and turns them into settings. Every refusal is one sentence that names the option. */
final class TableOptions {
    /**
     * Apache's connector has 50. With a second request under way, entries of one partition key could overtake each
     * other.
     */
    private static final int DEFAULT_MAX_IN_FLIGHT_REQUESTS = 1;

    /** Each takes a thread. */
    private static final int MOST_IN_FLIGHT_REQUESTS = 100;

    private static final int DEFAULT_MAX_BUFFERED_REQUESTS = 10_000;

    private static final long DEFAULT_FLUSH_TIMEOUT_MS = 5_000;

    private TableOptions() {}

    static SourceSettings source(ReadableConfig options) {
        check(options, KinesisOptions.READER_TYPE, "POLLING: fan-out (EFO) is not supported", "POLLING"::equals);
        check(options, KinesisOptions.MAX_RECORDS, "1 to 10000", count -> count >= 1 && count <= 10_000);
        check(options, KinesisOptions.DISCOVERY_INTERVAL, "longer than 0", TableOptions::positive);
        check(options, KinesisOptions.BUSY_PAUSE, "longer than 0", TableOptions::positive);
        check(options, KinesisOptions.IDLE_PAUSE, "longer than 0", TableOptions::positive);
        check(
                options,
                KinesisOptions.INIT_POSITION,
                "TRIM_HORIZON: no other start is supported",
                "TRIM_HORIZON"::equals);
        return new SourceSettings(
                stream(options),
                options.get(KinesisOptions.DISCOVERY_INTERVAL),
                options.get(KinesisOptions.MAX_RECORDS),
                options.get(KinesisOptions.BUSY_PAUSE),
                options.get(KinesisOptions.IDLE_PAUSE));
    }

    static SinkSettings sink(ReadableConfig options) {
        int batchSize = within(options, MAX_BATCH_SIZE, PUT_RECORDS_MAX_ENTRIES, 1, PUT_RECORDS_MAX_ENTRIES);
        return new SinkSettings(
                stream(options),
                options.get(KinesisOptions.FAIL_ON_ERROR),
                batchSize,
                within(options, MAX_IN_FLIGHT_REQUESTS, DEFAULT_MAX_IN_FLIGHT_REQUESTS, 1, MOST_IN_FLIGHT_REQUESTS),
                within(options, MAX_BUFFERED_REQUESTS, DEFAULT_MAX_BUFFERED_REQUESTS, batchSize + 1, Integer.MAX_VALUE),
                within(
                        options,
                        FLUSH_BUFFER_SIZE,
                        PUT_RECORDS_MAX_BYTES,
                        SinkSettings.MAX_RECORD_BYTES,
                        PUT_RECORDS_MAX_BYTES),
                within(options, FLUSH_BUFFER_TIMEOUT, DEFAULT_FLUSH_TIMEOUT_MS, 1L, Long.MAX_VALUE));
    }

    private static StreamAddress stream(ReadableConfig options) {
        check(
                options,
                KinesisOptions.STREAM_ARN,
                "a stream's ARN, like arn:aws:kinesis:eu-west-1:123456789012:stream/name",
                arn -> StreamArn.PATTERN.matcher(arn).matches());
        check(options, KinesisOptions.AWS_REGION, "a region's name", region -> region.matches("[a-z0-9-]+"));
        options.getOptional(KinesisOptions.AWS_ENDPOINT).ifPresent(given ->
                check(options, KinesisOptions.AWS_ENDPOINT, "an http or https URL", TableOptions::isHttpUrl));
        check(options, KinesisOptions.CALL_ATTEMPT_TIMEOUT, "longer than 0", TableOptions::positive);
        check(
                options,
                KinesisOptions.CALL_TIMEOUT,
                "aws.call.attempt-timeout or longer",
                timeout -> timeout.compareTo(options.get(KinesisOptions.CALL_ATTEMPT_TIMEOUT)) >= 0);
        check(options, KinesisOptions.RETRY_TIMEOUT, "longer than 0", TableOptions::positive);
        return new StreamAddress(
                options.get(KinesisOptions.STREAM_ARN),
                options.get(KinesisOptions.AWS_REGION),
                options.get(KinesisOptions.AWS_ENDPOINT),
                options.get(KinesisOptions.CALL_ATTEMPT_TIMEOUT),
                options.get(KinesisOptions.CALL_TIMEOUT),
                options.get(KinesisOptions.RETRY_TIMEOUT));
    }

    private static <N extends Number> N within(
            ReadableConfig options, ConfigOption<N> option, N byDefault, N least, N most) {
        N value = options.getOptional(option).orElse(byDefault);
        if (value.longValue() < least.longValue() || value.longValue() > most.longValue()) {
            throw refusal(option, value, least + " to " + most);
        }
        return value;
    }

    private static <T> void check(ReadableConfig options, ConfigOption<T> option, String allowed, Predicate<T> rule) {
        T value = options.get(option);
        if (!rule.test(value)) {
            throw refusal(option, value, allowed);
        }
    }

    private static ValidationException refusal(ConfigOption<?> option, Object value, String allowed) {
        return new ValidationException("Option '%s' is '%s'; it must be %s.".formatted(option.key(), value, allowed));
    }

    private static boolean positive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }

    private static boolean isHttpUrl(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
