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
 * Gives every operator its id (uid), by which a snapshot's state finds back to it. Left alone, Flink would number the
 * operators by the plan's shape, which is the same for a window of 7 days and one of 14: the one's state would get
 * into the other. So the ids carry what the state depends on; that of the source and the sink depends on nothing.
 */
final class OperatorIds {
    private OperatorIds() {}

    /**
     * @param windowing what the state of windows depends on, such as {@code tumbling PT336H PT24H}.
     */
    static void assign(StreamExecutionEnvironment environment, String windowing) {
        Map<String, Integer> operators = new HashMap<>();
        for (Transformation<?> transformation : inOrder(environment)) {
            if (!(transformation instanceof PhysicalTransformation)) {
                continue;
            }
            if (transformation instanceof SourceTransformation) {
                transformation.setUid("telemetry");
            } else if (transformation instanceof SinkTransformation) {
                transformation.setUid("recommendations");
            } else {
                // Names end in the number of the plan's node, such as GlobalWindowAggregate[5].
                String name = transformation.getName().replaceAll("\\[\\d+]$", "");
                transformation.setUid(windowing + " " + name + " " + operators.merge(name, 1, Integer::sum));
            }
        }
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
