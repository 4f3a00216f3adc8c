package io.github.lambdamemoryoptimizer.local;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
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
 * <p>Prints {@code rest-port PORT} when the cluster stands and {@code submitted} when the jar's main method has
 * returned; everything else is asked for over REST. Ends when its standard input does, so that it never outlives
 * whoever started it.
 */
public final class EmbeddedFlink {
    private EmbeddedFlink() {}

    /** @param args the folder of Flink's {@code config.yaml}, the job's jar, then the job's own arguments. */
    public static void main(String[] args) {
        endWithStandardInput();
        try {
            run(args);
        } catch (Exception e) {
            e.printStackTrace();
            // The cluster's threads would keep the process alive.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] args) throws Exception {
        Configuration configuration = GlobalConfiguration.loadConfiguration(args[0]);
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
        File jar = new File(args[1]);
        configuration.set(PipelineOptions.JARS, List.of(jar.toURI().toString()));
        try (PackagedProgram program = PackagedProgram.newBuilder()
                .setJarFile(jar)
                .setArguments(Arrays.copyOfRange(args, 2, args.length))
                .setConfiguration(configuration)
                .build()) {
            ClientUtils.executeProgram(new DefaultExecutorServiceLoader(), configuration, program, false, false);
        }
        System.out.println("submitted");
    }

    private static void endWithStandardInput() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Only the end of the input counts.
                        }
                    } catch (IOException e) {
                        // A broken pipe ends it as well.
                    }
                    Runtime.getRuntime().halt(0);
                },
                "end-with-standard-input");
        watcher.setDaemon(true);
        watcher.start();
    }
}
