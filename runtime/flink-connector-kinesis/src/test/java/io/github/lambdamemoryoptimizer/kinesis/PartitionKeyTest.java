package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

class PartitionKeyTest {
    private static final RowType ROW = (RowType) DataTypes.ROW(
                    DataTypes.FIELD("size", DataTypes.INT()), DataTypes.FIELD("name", DataTypes.STRING()))
            .getLogicalType();

    @Test
    void isTheColumnsValue() {
        assertEquals("orders", key(List.of("name"), 128, "orders"));
    }

    @Test
    void joinsSeveralColumnsInTheirOrder() {
        assertEquals("orders|128", key(List.of("name", "size"), 128, "orders"));
    }

    @Test
    void isNeverEmpty() {
        assertEquals("|", key(List.of("name"), 128, ""));
        assertEquals("|", key(List.of("name"), 128, null));
    }

    @Test
    void isCutToWhatPutRecordsTakes() {
        assertEquals("x".repeat(256), key(List.of("name"), 128, "x".repeat(300)));
        // Two UTF-16 units each, but one character.
        assertEquals("𝄞".repeat(256), key(List.of("name"), 128, "𝄞".repeat(300)));
    }

    @Test
    void isRandomWithoutColumns() {
        assertNotEquals(key(List.of(), 128, "orders"), key(List.of(), 128, "orders"));
    }

    private static String key(List<String> columns, Integer size, String name) {
        return new PartitionKey(ROW, columns).of(GenericRowData.of(size, StringData.fromString(name)));
    }
}
