package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * The partition key of a row: the values of the PARTITIONED BY columns, separated by {@code |}. Without such columns it
 * is random, which spreads the rows over all shards.
 */
final class PartitionKey implements Serializable {
    private static final long serialVersionUID = 1;
    /** Unicode characters, the most that PutRecords takes. */
    private static final int MAX_LENGTH = 256;

    private final List<RowData.FieldGetter> columns;

    /** @param columns names of columns of the row type. */
    PartitionKey(RowType rowType, List<String> columns) {
        this.columns = columns.stream()
                .map(rowType::getFieldIndex)
                .map(index -> RowData.createFieldGetter(rowType.getTypeAt(index), index))
                .toList();
    }

    String of(RowData row) {
        if (columns.isEmpty()) {
            return UUID.randomUUID().toString();
        }
        String key = columns.stream()
                .map(column -> Objects.toString(column.getFieldOrNull(row), ""))
                .collect(Collectors.joining("|"));
        // PutRecords refuses an empty key, and one that is too long; equal values still give equal keys.
        return key.isEmpty() ? "|" : shortened(key);
    }

    private static String shortened(String key) {
        return key.codePointCount(0, key.length()) <= MAX_LENGTH
                ? key
                : key.substring(0, key.offsetByCodePoints(0, MAX_LENGTH));
    }
}
