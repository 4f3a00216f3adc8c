package io.github.lambdamemoryoptimizer.flink;

import java.util.Collection;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * Makes RocksDB merge each file that it writes with earlier ones. By default it waits for four files. A deployed job,
 * with a checkpoint a minute, has those all the time; here a checkpoint would include deleted and overwritten entries.
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
