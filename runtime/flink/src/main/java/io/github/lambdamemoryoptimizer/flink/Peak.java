package io.github.lambdamemoryoptimizer.flink;

import java.util.Arrays;
import org.apache.flink.types.Row;

/**
 * A day's highest memory use, and whether it was measured or, at the cap, is only a lower bound. Both in one number,
 * so that the greater of two is the day's: more memory wins, and for equal memory the measured one wins.
 */
final class Peak {
    /** What {@link #summary} returns. */
    static final String SUMMARY_TYPE =
            "ROW<activeDays BIGINT, averageDailyPeakMB DOUBLE, percentileDailyPeakMB DOUBLE, peakMB INT>";

    private Peak() {}

    static int of(int maxMemoryUsedMB, boolean isAtCap) {
        return 2 * maxMemoryUsedMB + (isAtCap ? 0 : 1);
    }

    static int megabytes(int peak) {
        return peak / 2;
    }

    private static boolean isMeasured(int peak) {
        return peak % 2 == 1;
    }

    /**
     * How many days there were, the average and a percentile of the measured peaks (null where none was), and the
     * highest peak of all.
     *
     * @param percentile from 0 to 1; interpolated between two peaks, as Flink's PERCENTILE does.
     */
    static Row summary(int[] peaks, double percentile) {
        double[] measured = Arrays.stream(peaks)
                .filter(Peak::isMeasured)
                .mapToDouble(Peak::megabytes)
                .sorted()
                .toArray();
        int highest = megabytes(Arrays.stream(peaks).max().orElse(0));
        if (measured.length == 0) {
            return Row.of((long) peaks.length, null, null, highest);
        }
        double average = Arrays.stream(measured).sum() / measured.length;
        return Row.of((long) peaks.length, average, percentile(measured, percentile), highest);
    }

    private static double percentile(double[] sorted, double percentile) {
        double place = (sorted.length - 1) * percentile;
        double below = sorted[(int) Math.floor(place)];
        double above = sorted[(int) Math.ceil(place)];
        return below + (above - below) * (place - Math.floor(place));
    }
}
