package io.github.lambdamemoryoptimizer.flink;

import java.util.Collection;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * Has RocksDB merge each file that it writes with those before it. By default it waits for four, which a job in life,
 * with a checkpoint a minute, has all the time; here a checkpoint would show what is deleted and written over since.
 */
public final class MergedFiles implements RocksDBOptionsFactory {
    private static final long serialVersionUID = 1;

    @Override
    public DBOptions createDBOptions(DBOptions options, Collection<AutoCloseable> handlesToClose) {
        return options;
    }

    @Override
    public ColumnFamilyOptions createColumnOptions(
            ColumnFamilyOptions options, Collection<AutoCloseable> handlesToClose) {
        return options.setLevel0FileNumCompactionTrigger(1);
    }
}
