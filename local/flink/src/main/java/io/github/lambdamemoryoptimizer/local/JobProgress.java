package io.github.lambdamemoryoptimizer.local;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;

/** How far the one running job is. */
final class JobProgress {
    private JobProgress() {}

    /**
     * Waits until event time has passed a moment at the job's sink, which it has only after everything before it, and
     * until the sink has sent all that it had received by then.
     *
     * @param momentMs epoch milliseconds.
     * @return how many records the sink has sent in all.
     * @throws Exception what the job failed with.
     */
    static long await(MiniCluster cluster, long momentMs) throws Exception {
        JobID job = runningJob(cluster);
        CompletableFuture<JobResult> ended = cluster.requestJobResult(job);
        while (true) {
            if (ended.isDone()) {
                ended.get().toJobExecutionResult(JobProgress.class.getClassLoader());
                throw new IllegalStateException("The Flink job has ended.");
            }
            SinkMetrics.Sink sink = SinkMetrics.now();
            if (sink.watermarkMs() >= momentMs && sink.sent() >= sink.received()) {
                return sink.sent();
            }
            Thread.sleep(1);
        }
    }

    private static JobID runningJob(MiniCluster cluster) throws Exception {
        Collection<JobStatusMessage> jobs = cluster.listJobs().get();
        return jobs.stream()
                .filter(job -> !job.getJobState().isGloballyTerminalState())
                .findFirst()
                .or(() -> jobs.stream().findFirst())
                .orElseThrow(() -> new IllegalStateException("There is no job."))
                .getJobId();
    }
}
