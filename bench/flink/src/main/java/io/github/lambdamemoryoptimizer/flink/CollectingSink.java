package io.github.lambdamemoryoptimizer.flink;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Keeps the recommendations in this process, so that those of both versions can be compared. */
final class CollectingSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1;

    /** A recommendation's values in the order of the columns of {@code recommendations.sql}. */
    interface Converter<T> extends Function<T, Object[]>, Serializable {}

    private final Converter<T> converter;

    CollectingSink(Converter<T> converter) {
        this.converter = converter;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        return new Writer<>(converter);
    }

    private static final class Writer<T> implements SinkWriter<T> {
        private final Run run = Run.current();
        private final Converter<T> converter;
        private final List<Object[]> recommendations = new ArrayList<>();

        Writer(Converter<T> converter) {
            this.converter = converter;
        }

        @Override
        public void write(T recommendation, Context context) {
            recommendations.add(converter.apply(recommendation));
        }

        @Override
        public void flush(boolean endOfInput) {
            if (endOfInput) {
                run.onEnd(recommendations);
            }
        }

        @Override
        public void close() {}
    }
}
