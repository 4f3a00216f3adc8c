package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Sends batches with PutRecords, off the task's thread, and queues refused entries again. */
final class KinesisSinkWriter extends AsyncSinkWriter<PutRecordsRequestEntry, PutRecordsRequestEntry> {
    private static final Logger LOG = LoggerFactory.getLogger(KinesisSinkWriter.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final ElementConverter<PutRecordsRequestEntry, PutRecordsRequestEntry> AS_IT_IS =
            (entry, context) -> entry;

    private final KinesisStream stream;
    private final boolean failOnError;
    private final Counter errors;
    private final Retries retries;
    private final ScheduledExecutorService senders;
    private volatile boolean closed;

    KinesisSinkWriter(
            KinesisStream stream,
            WriterInitContext context,
            SinkSettings settings,
            Collection<BufferedRequestState<PutRecordsRequestEntry>> state) {
        super(
                AS_IT_IS,
                context,
                settings.writer(),
                state,
                new SimpleBatchCreator<>(settings.maxBatchBytes()),
                new DequeRequestBuffer<>());
        this.stream = stream;
        this.failOnError = settings.failOnError();
        this.errors = context.metricGroup().getNumRecordsOutErrorsCounter();
        this.retries = stream.retries(FIRST_PAUSE);
        this.senders = Executors.newScheduledThreadPool(
                settings.maxInFlightRequests(), task -> new Thread(task, "kinesis-put-records"));
    }

    @Override
    protected void submitRequestEntries(
            List<PutRecordsRequestEntry> entries, ResultHandler<PutRecordsRequestEntry> result) {
        senders.execute(() -> {
            try {
                send(entries, result);
            } catch (Throwable e) {
                // A request that is never completed would stop the sink for good. Closing cuts calls short, though;
                // their entries are in the last checkpoint, or their rows are read again.
                if (!closed) {
                    result.completeExceptionally(e instanceof Exception exception
                            ? exception
                            : new FlinkRuntimeException("Can't write to %s: %s".formatted(stream.arn(), e), e));
                }
            }
        });
    }

    @Override
    protected long getSizeInBytes(PutRecordsRequestEntry entry) {
        return SinkSettings.sizeOf(entry);
    }

    @Override
    public void close() {
        closed = true;
        senders.shutdownNow();
        stream.close();
        super.close();
    }

    private void send(List<PutRecordsRequestEntry> entries, ResultHandler<PutRecordsRequestEntry> result) {
        List<PutRecordsResultEntry> answers;
        try {
            answers = stream.putRecords(entries).records();
        } catch (SdkException e) {
            sendAgain(entries, entries.size(), entries.size(), e, result);
            return;
        }
        List<PutRecordsResultEntry> refused =
                answers.stream().filter(answer -> answer.errorCode() != null).toList();
        if (refused.isEmpty()) {
            retries.succeeded();
            result.complete();
        } else {
            sendAgain(toSendAgain(entries, answers), refused.size(), entries.size(), refusal(refused.get(0)), result);
        }
    }

    /**
     * @param again the entries to send again, in their order.
     * @param refused how many of a batch's {@code sent} entries were refused.
     */
    private void sendAgain(
            List<PutRecordsRequestEntry> again,
            int refused,
            int sent,
            SdkException error,
            ResultHandler<PutRecordsRequestEntry> result) {
        if (closed) {
            return;
        }
        errors.inc(refused);
        if (failOnError) {
            throw KinesisErrors.failure(error, "write to", stream.arn());
        }
        Duration pause = retries.failed(error, "write to");
        if (refused < sent) {
            retries.succeeded();
            pause = FIRST_PAUSE.multipliedBy(refused).dividedBy(sent);
        }
        LOG.warn(
                "{} of {} records were not written to {} now; trying them again in {}: {}",
                refused,
                sent,
                stream.arn(),
                pause,
                error.getMessage());
        // Meanwhile the batch counts as in flight, so that nothing overtakes it.
        senders.schedule(() -> result.retryForEntries(again), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * The refused entries and the later entries with the same partition key, in order. Kinesis took the later ones
     * ahead of an older one, so they are written again: the newest copies are then in order.
     */
    static List<PutRecordsRequestEntry> toSendAgain(
            List<PutRecordsRequestEntry> entries, List<PutRecordsResultEntry> answers) {
        Set<String> refusedKeys = new HashSet<>();
        return IntStream.range(0, entries.size())
                .filter(index -> {
                    String key = entries.get(index).partitionKey();
                    return answers.get(index).errorCode() != null && refusedKeys.add(key) || refusedKeys.contains(key);
                })
                .mapToObj(entries::get)
                .toList();
    }

    /** One entry's refusal, as the error that a whole call would fail with. */
    private static SdkException refusal(PutRecordsResultEntry answer) {
        return (SdkException) KinesisException.builder()
                .statusCode(200)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .serviceName("Kinesis")
                        .errorCode(answer.errorCode())
                        .errorMessage(answer.errorMessage())
                        .build())
                .build();
    }
}
