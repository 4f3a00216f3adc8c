package io.github.lambdamemoryoptimizer.flink;

import org.apache.flink.table.functions.ScalarFunction;

/**
 * NONE_FALSE: whether no condition is FALSE. A condition on what a record doesn't have is NULL, which is no fault.
 *
 * <p>For an AND of conditions that may be NULL, Flink's planner writes about 2 kB of Java for each condition, in every
 * place that uses the result. The job would take seconds longer to start.
 */
public final class NoneFalse extends ScalarFunction {
    private static final long serialVersionUID = 1;

    public boolean eval(Boolean... conditions) {
        for (Boolean condition : conditions) {
            if (Boolean.FALSE.equals(condition)) {
                return false;
            }
        }
        return true;
    }
}
