package io.github.lambdamemoryoptimizer.flink;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * Runs one version of the job in this process. It warms up, takes a checkpoint and a savepoint while every function has
 * an open window, and then continues, timed and without checkpoints. Prints the figures as one line of JSON.
 *
 * <p>Takes {@code key=value} arguments: {@code version} (sql or datastream), {@code functions}, {@code reportsPerDay},
 * {@code days}, {@code parallelism}, {@code recommendations} (the file that gets them, sorted), {@code savepoints}
 * (a directory), {@code job.KEY} (a parameter of the job), {@code table.KEY} and {@code flink.KEY} (Flink's own configuration).
 */
public final class Bench {
    /** Long enough for the JIT compiler to compile everything. */
    private static final int WARM_UP_RECORDS = 1_500_000;
    private static final int WINDOW_DAYS = 14;
    /** The last days of the warm-up, each of which ends in a checkpoint. */
    private static final int CHECKPOINTED_DAYS = 2;
    private static final long TIMEOUT_MINUTES = 10;

    private final Map<String, String> arguments;

    private Bench(String[] arguments) {
        this.arguments = new HashMap<>();
        Arrays.stream(arguments).map(argument -> argument.split("=", 2)).forEach(pair ->
                this.arguments.put(pair[0], pair[1]));
    }

    public static void main(String[] arguments) {
        try {
            System.out.println(new Bench(arguments).run());
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace();
            // The cluster's threads would keep the process alive.
            Runtime.getRuntime().halt(1);
        }
    }

    private String run() throws Exception {
        MiniCluster cluster = new MiniCluster(
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(clusterConfiguration())
                        .setNumTaskManagers(1)
                        .setNumSlotsPerTaskManager(number("parallelism"))
                        .withRandomPorts()
                        .build());
        cluster.start();
        Run run = Run.start(number("parallelism"));
        List<Fleet> phases = phases(number("functions"), number("reportsPerDay"), number("days"));
        JobID job = submit(cluster, phases);
        int timed = phases.size() - 1;
        for (int phase = 0; phase < timed; phase++) {
            run.begin(phase).complete(null);
            if (!run.end(phase).await(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException("The warm-up did not end.");
            }
            // Lets event time get through the job.
            Thread.sleep(500);
            checkpoint(cluster, job);
        }
        // Lets RocksDB merge its files.
        Thread.sleep(1_000);
        long checkpointBytes = checkpoint(cluster, job);
        long savepointBytes = savepoint(cluster, job, Path.of(arguments.get("savepoints")));
        run.beginTimed(timed);
        cluster.requestJobResult(job)
                .get(TIMEOUT_MINUTES, TimeUnit.MINUTES)
                .toJobExecutionResult(Bench.class.getClassLoader());
        write(run.recommendations(), Path.of(arguments.get("recommendations")));
        cluster.close();
        return "{\"records\":%d,\"seconds\":%.3f,\"cpuSeconds\":%.3f,\"checkpointBytes\":%d,\"savepointBytes\":%d}"
                .formatted(
                        phases.get(timed).reports(), run.seconds(), run.cpuSeconds(), checkpointBytes, savepointBytes);
    }

    /**
     * The phases of the warm-up, then the timed one. The warm-up has the same functions and whole windows, so that all
     * functions have an open window at its end: as many windows as needed, or one with fewer reports a day. Each of its
     * last days is a phase that ends in a checkpoint, for which RocksDB writes files and merges them with earlier ones
     * (see {@link MergedFiles}).
     */
    private static List<Fleet> phases(int functions, int reportsPerDay, int days) {
        int perWindow = functions * WINDOW_DAYS;
        int warmUpPerDay = Math.max(1, Math.min(reportsPerDay, WARM_UP_RECORDS / perWindow));
        int warmUpDays = Math.max(1, WARM_UP_RECORDS / (perWindow * warmUpPerDay)) * WINDOW_DAYS;
        List<Fleet> phases = new ArrayList<>();
        int firstCheckpointed = warmUpDays - CHECKPOINTED_DAYS;
        phases.add(new Fleet(functions, warmUpPerDay, 0, firstCheckpointed));
        for (int day = firstCheckpointed; day < warmUpDays; day++) {
            phases.add(new Fleet(functions, warmUpPerDay, day, 1));
        }
        phases.add(new Fleet(functions, reportsPerDay, warmUpDays, days));
        return phases;
    }

    /** Takes a full checkpoint and returns its size. */
    private static long checkpoint(MiniCluster cluster, JobID job) throws Exception {
        cluster.triggerCheckpoint(job, CheckpointType.FULL).get();
        return cluster.getExecutionGraph(job)
                .get()
                .getCheckpointStatsSnapshot()
                .getHistory()
                .getLatestCompletedCheckpoint()
                .getStateSize();
    }

    /** Takes a savepoint in Flink's canonical format and returns its size. */
    private static long savepoint(MiniCluster cluster, JobID job, Path directory) throws Exception {
        String savepoint = cluster.triggerSavepoint(
                        job, directory.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get();
        try (Stream<Path> files = Files.list(Path.of(URI.create(savepoint)))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private Configuration clusterConfiguration() {
        Configuration configuration = new Configuration();
        withPrefix("flink.").forEach(configuration::setString);
        return configuration;
    }

    private JobID submit(MiniCluster cluster, List<Fleet> phases) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(clusterConfiguration());
        environment.setParallelism(number("parallelism"));
        Properties job = new Properties();
        job.putAll(withPrefix("job."));
        switch (arguments.get("version")) {
            case "sql" -> SqlVersion.build(environment, phases, job, withPrefix("table."));
            case "datastream" -> DataStreamVersion.build(environment, phases, job);
            default -> throw new IllegalArgumentException("version is " + arguments.get("version") + ".");
        }
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(arguments.get("version"));
        return cluster.submitJob(graph.getJobGraph()).get().getJobID();
    }

    private static void write(List<Object[]> recommendations, Path file) throws IOException {
        Files.write(file, recommendations.stream().map(Arrays::toString).sorted().toList());
    }

    private int number(String key) {
        return Integer.parseInt(arguments.get(key));
    }

    private Map<String, String> withPrefix(String prefix) {
        Map<String, String> rest = new HashMap<>();
        arguments.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                rest.put(key.substring(prefix.length()), value);
            }
        });
        return rest;
    }
}
