package io.github.lambdamemoryoptimizer.kinesis;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Sends batches with PutRecords, off the task's thread, and queues again what was not taken. */
final class KinesisSinkWriter extends AsyncSinkWriter<RowData, PutRecordsRequestEntry> {
    private static final Logger LOG = LoggerFactory.getLogger(KinesisSinkWriter.class);

    /** Waits 0.2 s after a first failure, twice as long after each further one, at most 6.4 s. */
    private static final long FIRST_BACKOFF_MS = 200;
    private static final int MOST_DOUBLINGS = 5;

    private final KinesisStream stream;
    private final boolean failOnError;
    private final Counter errors;
    private final ScheduledExecutorService senders;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile boolean closed;

    KinesisSinkWriter(
            ElementConverter<RowData, PutRecordsRequestEntry> converter,
            WriterInitContext context,
            SinkSettings settings,
            Collection<BufferedRequestState<PutRecordsRequestEntry>> state) {
        super(
                converter,
                context,
                settings.writer(),
                state,
                new SimpleBatchCreator<>(settings.maxBatchBytes()),
                new DequeRequestBuffer<>());
        this.stream = settings.stream().open();
        this.failOnError = settings.failOnError();
        this.errors = context.metricGroup().getNumRecordsOutErrorsCounter();
        this.senders = Executors.newScheduledThreadPool(
                settings.maxInFlightRequests(), task -> new Thread(task, "kinesis-put-records"));
    }

    @Override
    protected void submitRequestEntries(
            List<PutRecordsRequestEntry> entries, ResultHandler<PutRecordsRequestEntry> result) {
        senders.execute(() -> {
            try {
                settle(entries, stream.putRecords(entries), result);
            } catch (RuntimeException e) {
                if (closed) {
                    // The call was cut short; the entries are in the last checkpoint, or their rows come again.
                    return;
                }
                errors.inc(entries.size());
                if (failOnError || KinesisErrors.isFatal(e)) {
                    result.completeExceptionally(KinesisErrors.fatal(e, "write to", stream.arn()));
                } else {
                    LOG.warn("Can't write {} records to {} now; trying again.", entries.size(), stream.arn(), e);
                    retryLater(entries, result);
                }
            }
        });
    }

    @Override
    protected long getSizeInBytes(PutRecordsRequestEntry entry) {
        return entry.partitionKey().getBytes(StandardCharsets.UTF_8).length
                + (long) entry.data().asByteArrayUnsafe().length;
    }

    @Override
    public void close() {
        closed = true;
        senders.shutdownNow();
        stream.close();
        super.close();
    }

    /** PutRecords takes what it can: throttled entries come back, in their order, with an error code each. */
    private void settle(
            List<PutRecordsRequestEntry> entries,
            PutRecordsResponse response,
            ResultHandler<PutRecordsRequestEntry> result) {
        List<PutRecordsResultEntry> answers = response.records();
        List<Integer> refused = IntStream.range(0, entries.size())
                .filter(index -> answers.get(index).errorCode() != null)
                .boxed()
                .toList();
        if (refused.isEmpty()) {
            failuresInARow.set(0);
            result.complete();
            return;
        }
        errors.inc(refused.size());
        PutRecordsResultEntry first = answers.get(refused.get(0));
        String sentence = "%d of %d records were not written to %s: %s, %s"
                .formatted(refused.size(), entries.size(), stream.arn(), first.errorCode(), first.errorMessage());
        if (failOnError) {
            result.completeExceptionally(new FlinkRuntimeException(sentence));
        } else {
            LOG.warn("{}; trying them again.", sentence);
            retryLater(toSendAgain(entries, answers), result);
        }
    }

    /**
     * The entries that were refused, and those behind them with the same partition key, in their order. The latter
     * were taken, but ahead of an older one; written once more, the newest is the last again.
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

    /** Counts as in flight meanwhile, so that nothing overtakes it. */
    private void retryLater(List<PutRecordsRequestEntry> entries, ResultHandler<PutRecordsRequestEntry> result) {
        int doublings = Math.min(failuresInARow.getAndIncrement(), MOST_DOUBLINGS);
        senders.schedule(
                () -> result.retryForEntries(entries), FIRST_BACKOFF_MS << doublings, TimeUnit.MILLISECONDS);
    }
}
