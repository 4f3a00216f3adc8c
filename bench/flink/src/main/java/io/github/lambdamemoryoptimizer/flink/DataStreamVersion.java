package io.github.lambdamemoryoptimizer.flink;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.TimeUtils;

/** The job written by hand on the DataStream API, for {@code windowType} tumbling. */
final class DataStreamVersion {
    private DataStreamVersion() {}

    static void build(StreamExecutionEnvironment environment, List<Fleet> phases, Properties properties) {
        long maxClockSkewMs = duration(properties, "maxClockSkew").toMillis();
        String functionArnPrefix = properties.getProperty("functionArnPrefixes");
        environment
                .fromSource(
                        new FleetSource<>(phases, report -> report),
                        WatermarkStrategy.noWatermarks(),
                        "telemetry",
                        TypeInformation.of(Telemetry.class))
                .filter(report -> report.isUsable(functionArnPrefix, maxClockSkewMs))
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Telemetry>forBoundedOutOfOrderness(duration(properties, "lateness"))
                                .withTimestampAssigner((report, timestamp) -> report.lastReportAt)
                                .withIdleness(duration(properties, "idleTimeout")))
                .keyBy(report -> report.functionArn)
                .process(new TumblingWindows(
                        duration(properties, "windowLength"),
                        duration(properties, "bucketLength"),
                        duration(properties, "pressureInterval"),
                        new Sizes(properties)))
                .name("windows")
                .sinkTo(new CollectingSink<>(Recommendation::values))
                .name("recommendations");
    }

    private static Duration duration(Properties properties, String key) {
        return TimeUtils.parseDuration(properties.getProperty(key));
    }
}
