package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.UserCodeClassLoader;

/** The format as a table has it: made by its factory, with the columns of the job's table. */
final class FormatHarness {
    static final String ACCOUNT_ID = "123456789012";
    static final String ARN_PREFIX = "arn:aws:lambda:eu-west-1:" + ACCOUNT_ID + ":function:";

    private static final DataType TABLE = DataTypes.ROW(
            DataTypes.FIELD("functionName", DataTypes.STRING()),
            DataTypes.FIELD("functionArn", DataTypes.STRING()),
            DataTypes.FIELD("functionVersion", DataTypes.STRING()),
            DataTypes.FIELD("memorySizeMB", DataTypes.INT()),
            DataTypes.FIELD("maxMemoryUsedMB", DataTypes.INT()),
            DataTypes.FIELD("invocations", DataTypes.BIGINT()),
            DataTypes.FIELD("durationMs", DataTypes.DOUBLE()),
            DataTypes.FIELD("durationSquaredMs2", DataTypes.BIGINT()),
            DataTypes.FIELD("cpuMs", DataTypes.BIGINT()),
            DataTypes.FIELD("billedDurationMs", DataTypes.BIGINT()),
            DataTypes.FIELD("initDurationMs", DataTypes.BIGINT()),
            DataTypes.FIELD("coldStarts", DataTypes.INT()),
            DataTypes.FIELD("errors", DataTypes.INT()),
            DataTypes.FIELD("timeouts", DataTypes.INT()),
            DataTypes.FIELD("outOfMemory", DataTypes.INT()),
            DataTypes.FIELD("firstReportAt", DataTypes.TIMESTAMP_LTZ(3)),
            DataTypes.FIELD("lastReportAt", DataTypes.TIMESTAMP_LTZ(3)),
            DataTypes.FIELD("heartbeatAt", DataTypes.TIMESTAMP_LTZ(3)));

    private final Map<String, Counter> counters = new HashMap<>();
    private final DeserializationSchema<RowData> format;

    /** @param options keys and values by turns. */
    FormatHarness(String... options) {
        this(TABLE, options);
    }

    FormatHarness(DataType table, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("region", "eu-west-1"));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        DynamicTableSource.Context context = (DynamicTableSource.Context) Proxy.newProxyInstance(
                FormatHarness.class.getClassLoader(),
                new Class<?>[] {DynamicTableSource.Context.class},
                (proxy, called, given) -> null);
        format = new LogsFormatFactory()
                .createDecodingFormat(null, Configuration.fromMap(all))
                .createRuntimeDecoder(context, table);
        MetricGroup metrics = new UnregisteredMetricsGroup() {
            @Override
            public Counter counter(String name) {
                return counters.computeIfAbsent(name, super::counter);
            }

            @Override
            public MetricGroup addGroup(String name) {
                return this;
            }

            @Override
            public MetricGroup addGroup(String key, String value) {
                return this;
            }
        };
        try {
            format.open(new DeserializationSchema.InitializationContext() {
                @Override
                public MetricGroup getMetricGroup() {
                    return metrics;
                }

                @Override
                public UserCodeClassLoader getUserCodeClassLoader() {
                    return null;
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A record's rows, each by its columns; times are epoch milliseconds, and what the layer alone sees is left out. */
    List<Map<String, Object>> rows(byte[] record) {
        List<Map<String, Object>> rows = allRows(record);
        for (Map<String, Object> row : rows) {
            if (row.remove("cpuMs") != null || row.remove("heartbeatAt") != null) {
                throw new AssertionError("A report tells of neither cpuMs nor heartbeatAt.");
            }
        }
        return rows;
    }

    /** The times of a record's rows that have nothing else. */
    List<Object> heartbeats(byte[] record) {
        return allRows(record).stream()
                .map(row -> {
                    Object time = row.remove("heartbeatAt");
                    if (row.values().stream().anyMatch(value -> value != null)) {
                        throw new AssertionError("A heartbeat has more than its time.");
                    }
                    return time;
                })
                .toList();
    }

    private List<Map<String, Object>> allRows(byte[] record) {
        List<RowData> rows = new ArrayList<>();
        try {
            format.deserialize(record, new ListCollector<>(rows));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows.stream().map(FormatHarness::values).toList();
    }

    long refusedRecords() {
        return counters.get("refusedRecords").getCount();
    }

    long refusedLines() {
        return counters.get("refusedLines").getCount();
    }

    private static Map<String, Object> values(RowData row) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> names = DataType.getFieldNames(TABLE);
        for (int i = 0; i < names.size(); i++) {
            Object value = ((GenericRowData) row).getField(i);
            if (value instanceof TimestampData time) {
                value = time.getMillisecond();
            } else if (value != null && !(value instanceof Number)) {
                value = value.toString();
            }
            values.put(names.get(i), value);
        }
        return values;
    }

    static String envelope(String messageType, String owner, String group, String stream, List<String> events) {
        return "{\"messageType\":" + quoted(messageType) + ",\"owner\":" + quoted(owner) + ",\"logGroup\":" + quoted(group)
                + ",\"logStream\":" + quoted(stream) + ",\"subscriptionFilters\":[\"optimizer\"],\"logEvents\":["
                + String.join(",", events) + "]}";
    }

    static String event(long timeMs, String message) {
        return "{\"id\":\"36070413231712540000000000000000000000000000000000000000\",\"timestamp\":" + timeMs
                + ",\"message\":" + quoted(message) + "}";
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    static byte[] gzip(String text) {
        return gzip(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
