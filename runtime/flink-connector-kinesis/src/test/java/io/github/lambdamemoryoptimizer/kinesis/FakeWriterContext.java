package io.github.lambdamemoryoptimizer.kinesis;

import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.function.ThrowingRunnable;

/** What a sink's writer gets from its task: a mailbox that the test's thread drains, and timers that never fire. */
final class FakeWriterContext implements MailboxExecutor, ProcessingTimeService, AutoCloseable {
    private final BlockingQueue<ThrowingRunnable<? extends Exception>> mails = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    WriterInitContext context() {
        return (WriterInitContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {WriterInitContext.class}, (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "getMailboxExecutor", "getProcessingTimeService" -> this;
                            case "metricGroup" -> UnregisteredMetricsGroup.createSinkWriterMetricGroup();
                            default -> throw new UnsupportedOperationException(method.getName());
                        });
    }

    @Override
    public void execute(
            MailOptions options,
            ThrowingRunnable<? extends Exception> mail,
            String description,
            Object... descriptionArguments) {
        mails.add(mail);
    }

    @Override
    public void yield() throws InterruptedException {
        run(mails.take());
    }

    @Override
    public boolean tryYield() {
        ThrowingRunnable<? extends Exception> mail = mails.poll();
        if (mail != null) {
            run(mail);
        }
        return mail != null;
    }

    @Override
    public boolean shouldInterrupt() {
        return false;
    }

    @Override
    public long getCurrentProcessingTime() {
        return 0;
    }

    @Override
    public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback callback) {
        return timers.schedule(() -> {}, 1, TimeUnit.HOURS);
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }

    private static void run(ThrowingRunnable<? extends Exception> mail) {
        try {
            mail.run();
        } catch (Exception e) {
            throw new FlinkRuntimeException(e);
        }
    }
}
