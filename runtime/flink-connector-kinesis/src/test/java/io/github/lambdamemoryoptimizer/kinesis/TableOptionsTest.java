package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.Test;

class TableOptionsTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/telemetry";

    @Test
    void hasDefaults() {
        SourceSettings source = TableOptions.source(options(Map.of()));
        assertEquals(
                new SourceSettings(
                        new StreamAddress(
                                ARN,
                                "us-east-1",
                                null,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(20),
                                Duration.ofMinutes(5)),
                        Duration.ofSeconds(10),
                        10_000,
                        Duration.ofMillis(200),
                        Duration.ofMillis(250)),
                source);
        SinkSettings sink = TableOptions.sink(options(Map.of()));
        assertEquals(
                new SinkSettings(source.stream(), false, 500, 1, 10_000, 5L * 1024 * 1024, 5_000), sink);
    }

    @Test
    void refusesInOneSentence() {
        assertEquals(
                "Option 'source.reader.type' is 'EFO'; it must be POLLING: fan-out (EFO) is not supported.",
                sourceRefusal(Map.of("source.reader.type", "EFO")));
        assertEquals(
                "Option 'source.init.position' is 'LATEST'; it must be TRIM_HORIZON: no other start is supported.",
                sourceRefusal(Map.of("source.init.position", "LATEST")));
        assertEquals(
                "Option 'aws.call.timeout' is 'PT5S'; it must be aws.call.attempt-timeout or longer.",
                sourceRefusal(Map.of("aws.call.timeout", "5 s")));
        assertEquals(
                "Option 'source.shard.get-records.max-record-count' is '10001'; it must be 1 to 10000.",
                sourceRefusal(Map.of("source.shard.get-records.max-record-count", "10001")));
        assertEquals(
                "Option 'aws.endpoint' is 'localhost:4567'; it must be an http or https URL.",
                sourceRefusal(Map.of("aws.endpoint", "localhost:4567")));
        assertEquals(
                "Option 'stream.arn' is 'telemetry'; it must be a stream's ARN, like "
                        + "arn:aws:kinesis:eu-west-1:123456789012:stream/name.",
                sourceRefusal(Map.of("stream.arn", "telemetry")));
        ValidationException batch = assertThrows(
                ValidationException.class, () -> TableOptions.sink(options(Map.of("sink.batch.max-size", "501"))));
        assertEquals("Option 'sink.batch.max-size' is '501'; it must be 1 to 500.", batch.getMessage());
    }

    @Test
    void givesWayToFlinksOwnConfiguration() {
        Map<String, String> options = Map.of(
                "connector", "kinesis", "stream.arn", ARN, "aws.region", "us-east-1", "format", "raw");
        ResolvedSchema schema = ResolvedSchema.of(Column.physical("text", DataTypes.STRING()));
        FactoryUtil.DefaultDynamicTableContext context = new FactoryUtil.DefaultDynamicTableContext(
                ObjectIdentifier.of("catalog", "database", "telemetry"),
                new ResolvedCatalogTable(
                        CatalogTable.newBuilder()
                                .schema(Schema.newBuilder().fromResolvedSchema(schema).build())
                                .options(options)
                                .build(),
                        schema),
                Map.of(),
                Configuration.fromMap(Map.of("table.exec.kinesis.source.shard.get-records.interval", "0 s")),
                TableOptionsTest.class.getClassLoader(),
                true);
        ValidationException refused = assertThrows(
                ValidationException.class, () -> new KinesisTableFactory().createDynamicTableSource(context));
        assertEquals(
                "Option 'source.shard.get-records.interval' is 'PT0S'; it must be longer than 0.",
                refused.getMessage());
    }

    private static String sourceRefusal(Map<String, String> given) {
        return assertThrows(ValidationException.class, () -> TableOptions.source(options(given)))
                .getMessage();
    }

    private static Configuration options(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(Map.of("stream.arn", ARN, "aws.region", "us-east-1"));
        all.putAll(given);
        return Configuration.fromMap(all);
    }
}
