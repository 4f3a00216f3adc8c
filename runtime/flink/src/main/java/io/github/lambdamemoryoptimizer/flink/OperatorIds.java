package io.github.lambdamemoryoptimizer.flink;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.PhysicalTransformation;
import org.apache.flink.streaming.api.transformations.SinkTransformation;
import org.apache.flink.streaming.api.transformations.SourceTransformation;

/**
 * Gives every operator its id (uid), which matches a snapshot's state to it. Left alone, Flink would number the
 * operators by the plan's shape, which is the same for a window of 7 days and one of 14: one's state would be
 * restored into the other. So each id names what its state depends on: a source's id the stream that it reads, a
 * window's id its type and lengths, an observation's id the bucket's length. Unwritten output and sent memory pressure
 * depend on none of these.
 */
final class OperatorIds {
    /**
     * Counts the forms that the state of windows and buckets has had. Flink can't restore one form into another and
     * would not start: with another id, it leaves the old state out.
     */
    private static final int WINDOW_STATE = 3;

    private OperatorIds() {}

    static void assign(StreamExecutionEnvironment environment, JobParameters parameters) {
        Map<String, Integer> operators = new HashMap<>();
        for (Transformation<?> transformation : inOrder(environment)) {
            if (transformation instanceof PhysicalTransformation) {
                transformation.setUid(id(transformation, parameters, operators));
            }
        }
    }

    /** @param operators how many there have been of each name. */
    private static String id(
            Transformation<?> transformation, JobParameters parameters, Map<String, Integer> operators) {
        if (transformation instanceof SinkTransformation) {
            return "recommendations";
        }
        // Names end in the number of the plan's node, such as GlobalWindowAggregate[5]; a source's is its table's.
        String name = transformation.getName().replaceAll("\\[\\d+]$", "");
        if (transformation instanceof SourceTransformation) {
            return name + " " + parameters.values().get(name + "StreamArn");
        }
        if (name.equals("Deduplicate")) {
            return "memory-pressure";
        }
        if (transformation.getDescription().contains("OBSERVATIONS(") && name.contains("WindowAggregate")) {
            return WINDOW_STATE + " observations " + parameters.bucketLength();
        }
        return WINDOW_STATE + " " + parameters.windowing() + " " + name + " " + operators.merge(name, 1, Integer::sum);
    }

    private static Iterable<Transformation<?>> inOrder(StreamExecutionEnvironment environment) {
        TreeSet<Transformation<?>> all = new TreeSet<>(Comparator.comparingInt(Transformation::getId));
        Deque<Transformation<?>> unseen = new ArrayDeque<>(environment.getTransformations());
        while (!unseen.isEmpty()) {
            Transformation<?> transformation = unseen.pop();
            if (all.add(transformation)) {
                unseen.addAll(transformation.getInputs());
            }
        }
        return all;
    }
}
