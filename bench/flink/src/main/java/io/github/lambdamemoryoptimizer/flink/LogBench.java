package io.github.lambdamemoryoptimizer.flink;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * How many report lines a second go through the job at parallelism 1, from gzip to the closed window, and how many a loop
 * takes that only unpacks the same records and splits them into lines. Prints the figures as one line of JSON.
 *
 * <p>Takes {@code key=value} arguments: {@code functions}, {@code days}, {@code linesPerRecord} (a function's lines of a
 * day), {@code runs}, {@code job.KEY} and {@code flink.KEY}.
 */
public final class LogBench {
    private static final long DAY_MS = 86_400_000;
    private static final long START_MS = 20_454 * DAY_MS;
    static final long ARRIVED_AT_MS = START_MS + 400 * DAY_MS;

    private LogBench() {}

    public static void main(String[] arguments) {
        try {
            Map<String, String> values = new HashMap<>();
            Arrays.stream(arguments).map(argument -> argument.split("=", 2)).forEach(pair -> values.put(pair[0], pair[1]));
            System.out.println(run(values));
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static String run(Map<String, String> values) throws Exception {
        int functions = Integer.parseInt(values.get("functions"));
        int days = Integer.parseInt(values.get("days"));
        int lines = Integer.parseInt(values.get("linesPerRecord"));
        LogTables.records = records(functions, days, lines);
        long total = (long) functions * days * lines;
        List<String> runs = new ArrayList<>();
        for (int run = 0; run < Integer.parseInt(values.get("runs")); run++) {
            double job = job(values);
            double split = split(total);
            runs.add("{\"jobSeconds\":%.3f,\"splitSeconds\":%.3f}".formatted(job, split));
        }
        return "{\"lines\":%d,\"runs\":[%s]}".formatted(total, String.join(",", runs));
    }

    private static double job(Map<String, String> values) throws Exception {
        Configuration configuration = new Configuration();
        Properties properties = new Properties();
        values.forEach((key, value) -> {
            if (key.startsWith("flink.")) {
                configuration.setString(key.substring("flink.".length()), value);
            } else if (key.startsWith("job.")) {
                properties.setProperty(key.substring("job.".length()), value);
            }
        });
        LogTables.startedAt = 0;
        Run run = Run.start(1);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        StreamStatementSet statements =
                MemoryOptimizerJob.statements(StreamTableEnvironment.create(environment), JobParameters.of(properties));
        statements.attachAsDataStream();
        environment.execute("logs");
        double seconds = (System.nanoTime() - LogTables.startedAt) / 1e9;
        if (run.recommendations().isEmpty()) {
            throw new IllegalStateException("The job recommended nothing.");
        }
        return seconds;
    }

    /** The limit: the same records, unpacked and split, and nothing else. */
    private static double split(long expected) throws IOException {
        long startedAt = System.nanoTime();
        long lines = 0;
        for (byte[] record : LogTables.records) {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(record), 8 << 10)) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                lines += text.split("\"message\":\"").length - 1;
            }
        }
        if (lines != expected) {
            throw new IllegalStateException(lines + " lines, not " + expected + ".");
        }
        return (System.nanoTime() - startedAt) / 1e9;
    }

    /** A record for each function and day, days first. */
    private static List<byte[]> records(int functions, int days, int lines) {
        Random random = new Random(1);
        List<byte[]> records = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            for (int function = 0; function < functions; function++) {
                records.add(record(random, function, day, lines));
            }
        }
        return records;
    }

    private static byte[] record(Random random, int function, int day, int lines) {
        StringBuilder json = new StringBuilder("{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"123456789012\",")
                .append("\"logGroup\":\"/aws/lambda/function-").append(function)
                .append("\",\"logStream\":\"2026/01/01/[$LATEST]").append(Long.toHexString(random.nextLong()))
                .append("\",\"subscriptionFilters\":[\"lambda-memory-optimizer\"],\"logEvents\":[");
        for (int line = 0; line < lines; line++) {
            long timeMs = START_MS + day * DAY_MS + line * (DAY_MS / lines);
            json.append(line == 0 ? "" : ",").append("{\"id\":\"3").append(timeMs).append("0".repeat(42))
                    .append("\",\"timestamp\":").append(timeMs).append(",\"message\":\"REPORT RequestId: ")
                    .append(new java.util.UUID(random.nextLong(), random.nextLong()))
                    .append("\\tDuration: ").append(random.nextInt(100_000) / 100.0)
                    .append(" ms\\tBilled Duration: ").append(1 + random.nextInt(1_000))
                    .append(" ms\\tMemory Size: 1024 MB\\tMax Memory Used: ").append(100 + random.nextInt(500))
                    .append(" MB\\t\\n\"}");
        }
        return gzip(json.append("]}").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
