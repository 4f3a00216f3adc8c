package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The format's options. */
final class LogsFormatOptions {
    static final ConfigOption<String> PARTITION =
            ConfigOptions.key("partition").stringType().defaultValue("aws")
                    .withDescription("The AWS partition of the functions, such as aws or aws-cn.");
    static final ConfigOption<String> REGION =
            ConfigOptions.key("region").stringType().noDefaultValue()
                    .withDescription("The region of the functions. Their account is in each record.");
    static final ConfigOption<Map<String, String>> FUNCTION_NAMES =
            ConfigOptions.key("function-names").mapType().defaultValue(Map.of())
                    .withDescription("Names of functions by their log group, as in /team/orders:orders, separated by "
                            + "commas; for groups that neither their own name nor their streams' say the function of.");

    private LogsFormatOptions() {}
}
