package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The table options. Those that Apache's connector also has share its names. Flink's own configuration overrides a
 * table's option with a key of the same name after {@link #OVERRIDE_PREFIX}, so that a job can run at another pace
 * with the SQL as it is.
 */
final class KinesisOptions {
    static final String OVERRIDE_PREFIX = "table.exec.kinesis.";

    static final ConfigOption<String> STREAM_ARN =
            ConfigOptions.key("stream.arn").stringType().noDefaultValue()
                    .withDescription("ARN of the stream.");
    static final ConfigOption<String> AWS_REGION =
            ConfigOptions.key("aws.region").stringType().noDefaultValue()
                    .withDescription("Region of the stream.");
    static final ConfigOption<String> AWS_ENDPOINT =
            ConfigOptions.key("aws.endpoint").stringType().noDefaultValue()
                    .withDescription("URL of the Kinesis endpoint, if it is not the region's own.");

    static final ConfigOption<Duration> CALL_ATTEMPT_TIMEOUT =
            ConfigOptions.key("aws.call.attempt-timeout").durationType().defaultValue(Duration.ofSeconds(10))
                    .withDescription("How long one HTTP request may take.");
    static final ConfigOption<Duration> CALL_TIMEOUT =
            ConfigOptions.key("aws.call.timeout").durationType().defaultValue(Duration.ofSeconds(20))
                    .withDescription("How long one call may take with the AWS SDK's own retries. A reader's other "
                            + "shards wait meanwhile, so it belongs well below table.exec.source.idle-timeout.");
    static final ConfigOption<Duration> RETRY_TIMEOUT =
            ConfigOptions.key("aws.retry.timeout").durationType().defaultValue(Duration.ofMinutes(5))
                    .withDescription("How long calls may go on failing before the job fails. Throttled calls are "
                            + "tried again for as long as it takes.");

    static final ConfigOption<String> INIT_POSITION =
            ConfigOptions.key("source.init.position").stringType().defaultValue("TRIM_HORIZON")
                    .withDescription("Where a job without state starts: TRIM_HORIZON, the oldest record, only.");
    static final ConfigOption<Duration> DISCOVERY_INTERVAL =
            ConfigOptions.key("source.shard.discovery.interval").durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription("How often the connector looks for new shards.");
    static final ConfigOption<Integer> MAX_RECORDS =
            ConfigOptions.key("source.shard.get-records.max-record-count").intType().defaultValue(10_000)
                    .withDescription("Most records of one GetRecords, 1 to 10,000.");
    static final ConfigOption<Duration> BUSY_PAUSE =
            ConfigOptions.key("source.shard.get-records.interval").durationType()
                    .defaultValue(Duration.ofMillis(200))
                    .withDescription("Pause before a shard that had records is asked again. GetRecords allows five "
                            + "calls a second and shard (\"Quotas and limits\" of the Kinesis developer guide).");
    static final ConfigOption<Duration> IDLE_PAUSE =
            ConfigOptions.key("source.reader.empty-records-fetch-interval").durationType()
                    .defaultValue(Duration.ofMillis(250))
                    .withDescription("Pause before an empty shard is polled again.");
    static final ConfigOption<String> READER_TYPE =
            ConfigOptions.key("source.reader.type").stringType().defaultValue("POLLING")
                    .withDescription("How records are read: POLLING (GetRecords) only.");

    static final ConfigOption<Boolean> FAIL_ON_ERROR =
            ConfigOptions.key("sink.fail-on-error").booleanType().defaultValue(false)
                    .withDescription("Whether a failed write fails the job rather than being tried again.");

    private KinesisOptions() {}
}
