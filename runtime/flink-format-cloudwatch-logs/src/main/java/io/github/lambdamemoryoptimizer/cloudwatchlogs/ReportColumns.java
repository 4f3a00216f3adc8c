package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * A table's columns, by their names those of the layer's telemetry records (runtime/contract.ts); a report is a record
 * of one invocation. A column that a report doesn't tell of, such as {@code cpuMs}, is NULL.
 */
final class ReportColumns implements Serializable {
    private static final long serialVersionUID = 1;

    private enum Column {
        functionName(LogicalTypeRoot.VARCHAR),
        functionArn(LogicalTypeRoot.VARCHAR),
        functionVersion(LogicalTypeRoot.VARCHAR),
        memorySizeMB(LogicalTypeRoot.INTEGER),
        maxMemoryUsedMB(LogicalTypeRoot.INTEGER),
        invocations(LogicalTypeRoot.BIGINT),
        durationMs(LogicalTypeRoot.DOUBLE),
        durationSquaredMs2(LogicalTypeRoot.BIGINT),
        billedDurationMs(LogicalTypeRoot.BIGINT),
        initDurationMs(LogicalTypeRoot.BIGINT),
        coldStarts(LogicalTypeRoot.INTEGER),
        errors(LogicalTypeRoot.INTEGER),
        timeouts(LogicalTypeRoot.INTEGER),
        outOfMemory(LogicalTypeRoot.INTEGER),
        firstReportAt(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE),
        lastReportAt(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE),
        /** Of a heartbeat, which has nothing else. */
        heartbeatAt(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);

        private final LogicalTypeRoot type;

        Column(LogicalTypeRoot type) {
            this.type = type;
        }
    }

    /** In the table's order; null for a column that a report doesn't tell of. */
    private final Column[] columns;

    private ReportColumns(Column[] columns) {
        this.columns = columns;
    }

    /** @throws ValidationException in one sentence, where a column has another type than it must have. */
    static ReportColumns of(RowType table) {
        return new ReportColumns(
                table.getFields().stream().map(ReportColumns::column).toArray(Column[]::new));
    }

    private static Column column(RowType.RowField field) {
        for (Column column : Column.values()) {
            if (column.name().equals(field.getName())) {
                if (field.getType().getTypeRoot() != column.type) {
                    throw new ValidationException("Column %s is %s; with the format cloudwatch-logs-reports it must be %s."
                            .formatted(column, field.getType().asSummaryString(), column.type));
                }
                return column;
            }
        }
        return null;
    }

    RowData row(LogSource.Function function, Report report) {
        GenericRowData row = new GenericRowData(columns.length);
        for (int i = 0; i < columns.length; i++) {
            row.setField(i, columns[i] == null ? null : value(columns[i], function, report));
        }
        return row;
    }

    /** A row that says what time it is, in epoch milliseconds; null where the table has no column for that. */
    RowData heartbeat(long timeMs) {
        int column = Arrays.asList(columns).indexOf(Column.heartbeatAt);
        if (column < 0) {
            return null;
        }
        GenericRowData row = new GenericRowData(columns.length);
        row.setField(column, TimestampData.fromEpochMillis(timeMs));
        return row;
    }

    private static Object value(Column column, LogSource.Function function, Report report) {
        return switch (column) {
            case functionName -> function.name();
            case functionArn -> function.arn();
            case functionVersion -> function.version();
            case memorySizeMB -> report.memorySizeMB;
            case maxMemoryUsedMB -> report.maxMemoryUsedMB;
            case invocations -> 1L;
            case durationMs -> report.durationMs;
            case durationSquaredMs2 -> Math.round(report.durationMs * report.durationMs);
            case billedDurationMs -> report.billedDurationMs;
            case initDurationMs -> report.startMs > 0 ? Math.round(report.startMs) : null;
            case coldStarts -> report.startMs > 0 ? 1 : null;
            case errors -> report.isError ? 1 : 0;
            case timeouts -> report.isTimeout ? 1 : 0;
            case outOfMemory -> report.isOutOfMemory() ? 1 : 0;
            case heartbeatAt -> null;
            case firstReportAt, lastReportAt -> TimestampData.fromEpochMillis(report.timeMs);
        };
    }
}
