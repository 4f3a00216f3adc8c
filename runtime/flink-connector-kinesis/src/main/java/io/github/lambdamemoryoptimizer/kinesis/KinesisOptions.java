package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The table options, with the names and defaults of Apache's connector. */
final class KinesisOptions {
    static final ConfigOption<String> STREAM_ARN =
            ConfigOptions.key("stream.arn").stringType().noDefaultValue()
                    .withDescription("ARN of the stream.");
    static final ConfigOption<String> AWS_REGION =
            ConfigOptions.key("aws.region").stringType().noDefaultValue()
                    .withDescription("Region of the stream.");
    static final ConfigOption<String> AWS_ENDPOINT =
            ConfigOptions.key("aws.endpoint").stringType().noDefaultValue()
                    .withDescription("URL of the Kinesis endpoint, if it is not the region's own.");

    static final ConfigOption<InitialPosition> INIT_POSITION =
            ConfigOptions.key("source.init.position").enumType(InitialPosition.class)
                    .defaultValue(InitialPosition.LATEST)
                    .withDescription("Where a job without state starts.");
    static final ConfigOption<String> INIT_TIMESTAMP =
            ConfigOptions.key("source.init.timestamp").stringType().noDefaultValue()
                    .withDescription("Time of AT_TIMESTAMP: in source.init.timestamp.format, or epoch seconds.");
    static final ConfigOption<String> INIT_TIMESTAMP_FORMAT =
            ConfigOptions.key("source.init.timestamp.format").stringType()
                    .defaultValue("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
                    .withDescription("Pattern of source.init.timestamp, as java.text.SimpleDateFormat has it.");
    static final ConfigOption<Duration> DISCOVERY_INTERVAL =
            ConfigOptions.key("source.shard.discovery.interval").durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription("How often new shards are looked for.");
    static final ConfigOption<Integer> MAX_RECORDS =
            ConfigOptions.key("source.shard.get-records.max-record-count").intType().defaultValue(10_000)
                    .withDescription("Most records of one GetRecords, 1 to 10,000.");
    static final ConfigOption<Duration> IDLE_PAUSE =
            ConfigOptions.key("source.reader.empty-records-fetch-interval").durationType()
                    .defaultValue(Duration.ofMillis(250))
                    .withDescription("Pause before a shard that had nothing is asked again.");
    static final ConfigOption<String> READER_TYPE =
            ConfigOptions.key("source.reader.type").stringType().defaultValue("POLLING")
                    .withDescription("How records are read: POLLING (GetRecords) only.");

    static final ConfigOption<Boolean> FAIL_ON_ERROR =
            ConfigOptions.key("sink.fail-on-error").booleanType().defaultValue(false)
                    .withDescription("Whether a failed write fails the job rather than being tried again.");

    private KinesisOptions() {}
}
