package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/**
 * One record of a subscription as the rows of its reports. A control message, by which CloudWatch Logs tries whether it
 * can write to the stream, is a heartbeat: it says what time it is. The format throws nothing, whatever the record: a record that can't
 * be read whole gives no row and is counted as {@code refusedRecords}, a line that is no report as {@code
 * refusedLines}.
 */
final class LogsDeserializer implements DeserializationSchema<RowData> {
    private static final long serialVersionUID = 1;

    private final LogSource source;
    private final ReportColumns columns;
    private final TypeInformation<RowData> producedType;

    private transient Gunzip gunzip;
    private transient LogRecordReader reader;
    private transient List<Report> reports;
    private transient Counter refusedRecords;
    private transient Counter refusedLines;

    LogsDeserializer(LogSource source, ReportColumns columns, TypeInformation<RowData> producedType) {
        this.source = source;
        this.columns = columns;
        this.producedType = producedType;
    }

    @Override
    public void open(InitializationContext context) {
        gunzip = new Gunzip();
        reader = new LogRecordReader();
        reports = new ArrayList<>();
        // Managed Flink sends the metrics of this group to CloudWatch ("Use custom metrics").
        MetricGroup metrics = context.getMetricGroup()
                .addGroup("kinesisanalytics")
                .addGroup("Program", "lambda-memory-optimizer");
        refusedRecords = metrics.counter("refusedRecords");
        refusedLines = metrics.counter("refusedLines");
    }

    @Override
    public void deserialize(byte[] message, Collector<RowData> out) {
        reports.clear();
        LogRecordReader.Header header;
        try {
            int length = gunzip.read(message);
            header = reader.read(gunzip.bytes(), length, reports);
        } catch (IOException | RuntimeException e) {
            // Whatever it is, the job must not fail on this record again and again.
            refusedRecords.inc();
            return;
        }
        if (!header.isData()) {
            RowData heartbeat = columns.heartbeat(header.lastEventMs());
            if (heartbeat != null) {
                out.collect(heartbeat);
            }
            return;
        }
        LogSource.Function function = source.function(header.owner(), header.logGroup(), header.logStream());
        if (function == null) {
            refusedRecords.inc();
            return;
        }
        refusedLines.inc(header.refusedLines());
        for (Report report : reports) {
            out.collect(columns.row(function, report));
        }
    }

    /** Of several rows: Flink calls {@link #deserialize(byte[], Collector)} alone. */
    @Override
    public RowData deserialize(byte[] message) {
        throw new UnsupportedOperationException("A record may have several reports.");
    }

    @Override
    public boolean isEndOfStream(RowData row) {
        return false;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return producedType;
    }
}
