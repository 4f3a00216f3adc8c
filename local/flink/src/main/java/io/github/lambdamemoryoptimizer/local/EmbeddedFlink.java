package io.github.lambdamemoryoptimizer.local;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A Flink cluster in one process, which runs a job's jar through the jar's own main class, as Managed Flink does:
 * from its manifest, in a child-first class loader, submitted over the cluster's REST API.
 *
 * <p>Prints {@code rest-port PORT} when the cluster stands, and then carries out the lines of its standard input:
 *
 * <ul>
 *   <li>{@code run FOLDER} runs the jar's main method with the folder's {@code application_properties.json} as its
 *       argument and its {@code config.yaml} on top of the cluster's, and prints {@code submitted} when that has
 *       returned. Jobs run side by side as long as there are slots for them.
 *   <li>{@code await MILLISECONDS} waits until event time has passed that moment in all of the job and everything
 *       before it is on the stream, and prints {@code passed} and the number of records that the job has sent.
 * </ul>
 *
 * <p>Everything else is asked for over REST. Ends when its standard input does, so that it never outlives whoever
 * started it.
 */
public final class EmbeddedFlink {
    private EmbeddedFlink() {}

    /** @param args the folder of Flink's {@code config.yaml}, then the job's jar. */
    public static void main(String[] args) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        readStandardInput(lines);
        try {
            Configuration configuration = GlobalConfiguration.loadConfiguration(args[0]);
            MiniCluster cluster = startCluster(configuration);
            while (true) {
                String[] command = lines.take().split(" ", 2);
                switch (command[0]) {
                    case "run" -> {
                        Configuration jobConfiguration = new Configuration(configuration);
                        jobConfiguration.addAll(GlobalConfiguration.loadConfiguration(command[1]));
                        run(new File(args[1]), command[1] + "/application_properties.json", jobConfiguration);
                        System.out.println("submitted");
                    }
                    case "await" -> System.out.println(
                            "passed " + JobProgress.await(cluster, Long.parseLong(command[1])));
                    default -> throw new IllegalArgumentException("There is no command " + command[0] + ".");
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
            // The cluster's threads would keep the process alive.
            Runtime.getRuntime().halt(1);
        }
    }

    /** @param configuration gets what a client finds the cluster by. */
    private static MiniCluster startCluster(Configuration configuration) throws Exception {
        MiniCluster cluster = new MiniCluster(
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(configuration)
                        .setNumTaskManagers(1)
                        // The builder's own value goes before the configuration's.
                        .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
                        .withRandomPorts()
                        .build());
        cluster.start();
        int port = cluster.getRestAddress().get().getPort();
        System.out.println("rest-port " + port);

        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(DeploymentOptions.ATTACHED, false);
        configuration.set(RestOptions.ADDRESS, "localhost");
        configuration.set(RestOptions.PORT, port);
        return cluster;
    }

    private static void run(File jar, String argument, Configuration configuration) throws Exception {
        configuration.set(PipelineOptions.JARS, List.of(jar.toURI().toString()));
        try (PackagedProgram program = PackagedProgram.newBuilder()
                .setJarFile(jar)
                .setArguments(argument)
                .setConfiguration(configuration)
                .build()) {
            ClientUtils.executeProgram(new DefaultExecutorServiceLoader(), configuration, program, false, false);
        }
    }

    private static void readStandardInput(BlockingQueue<String> lines) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in))) {
                        input.lines().forEach(lines::add);
                    } catch (IOException | UncheckedIOException e) {
                        // A broken pipe ends it as well.
                    }
                    Runtime.getRuntime().halt(0);
                },
                "standard-input");
        reader.setDaemon(true);
        reader.start();
    }
}
