package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PackedPeaksTest {
    @Test
    void keepTheGreatestOfEachBucketInWhateverOrder() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            // Of a year's days, or of ten years' seconds.
            int buckets = random.nextBoolean() ? 366 : 315_360_000;
            TreeMap<Long, Integer> expected = new TreeMap<>();
            byte[] one = PackedPeaks.NONE;
            byte[] other = PackedPeaks.NONE;
            for (int i = random.nextInt(40); i > 0; i--) {
                long bucket = 20_000L + random.nextInt(buckets);
                int peak = 1 + random.nextInt(41_000);
                expected.merge(bucket, peak, Math::max);
                if (random.nextBoolean()) {
                    one = PackedPeaks.with(one, bucket, peak);
                } else {
                    other = PackedPeaks.with(other, bucket, peak);
                }
            }
            assertEquals(List.copyOf(expected.values()), peaks(PackedPeaks.merge(one, other)), "seed " + seed);
        }
    }

    @Test
    void takeLittleRoom() {
        byte[] peaks = PackedPeaks.NONE;
        for (int day = 0; day < 14; day++) {
            peaks = PackedPeaks.with(peaks, 20_500 + day, Peak.of(3_008, false));
        }
        assertTrue(peaks.length <= 3 * 14 + 2, peaks.length + " bytes");
    }

    private static List<Integer> peaks(byte[] packed) {
        List<Integer> peaks = new ArrayList<>();
        PackedPeaks.forEach(packed, peaks::add);
        return peaks;
    }
}
