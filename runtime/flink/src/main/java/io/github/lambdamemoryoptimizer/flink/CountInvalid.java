package io.github.lambdamemoryoptimizer.flink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/** COUNT_INVALID: counts the records that are not valid, as the metric {@code invalidRecords}, and returns which is. */
public final class CountInvalid extends ScalarFunction {
    private static final long serialVersionUID = 1;

    private transient Counter invalidRecords;

    @Override
    public void open(FunctionContext context) {
        invalidRecords = Metrics.counter(context, "invalidRecords");
    }

    public Boolean eval(Boolean isValid) {
        if (!Boolean.TRUE.equals(isValid)) {
            invalidRecords.inc();
            return false;
        }
        return true;
    }

    /** It counts, so the planner must neither skip nor repeat it. */
    @Override
    public boolean isDeterministic() {
        return false;
    }
}
