package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

/** The sums that windows keep, added up in any order, from any split, by way of their bytes or not. */
class FiguresTest {
    private static final int VERSION = 10;
    private static final int MEMORY_SIZE_MB = 11;
    private static final int AT_MEMORY_SIZE = 12;

    @Test
    void areTheSameInWhateverOrderAndBytes() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Report> reports = new ArrayList<>();
            for (int i = 1 + random.nextInt(40); i > 0; i--) {
                reports.add(report(random, 128 + random.nextInt(4), random.nextInt(5)));
            }
            WindowSums inOrder = sums(reports);
            Collections.shuffle(reports, random);
            int split = random.nextInt(reports.size());
            WindowSums merged = WindowSums.of(sums(reports.subList(0, split)).toBytes());
            merged.merge(WindowSums.of(sums(reports.subList(split, reports.size())).toBytes()));
            assertEquals(inOrder.toRow(0.5), merged.toRow(0.5), "seed " + seed);
            assertArrayEquals(inOrder.toBytes(), merged.toBytes(), "seed " + seed);

            Row row = inOrder.toRow(0.5);
            assertEquals(reports.stream().mapToLong(report -> report.figures.invocations).sum(), row.getField(5));
            int lastSizeMB = reports.stream()
                    .max(Comparator.<Report>comparingLong(report -> report.timeMs)
                            .thenComparing(report -> report.memorySizeMB))
                    .orElseThrow()
                    .memorySizeMB;
            assertEquals(lastSizeMB, row.getField(MEMORY_SIZE_MB));
            long cpuMs = reports.stream()
                    .filter(report -> report.memorySizeMB == lastSizeMB)
                    .mapToLong(report -> report.figures.cpuMs)
                    .sum();
            boolean hasCpu = reports.stream()
                    .anyMatch(report -> report.memorySizeMB == lastSizeMB && report.figures.hasCpu);
            assertEquals(hasCpu ? cpuMs : null, row.<Row>getFieldAs(AT_MEMORY_SIZE).getField(3), "seed " + seed);
        }
    }

    @Test
    void stopAtTheLargestSafeIntegerInsteadOfWrapping() {
        WindowSums sums = new WindowSums();
        for (int i = 0; i < 3_000; i++) {
            Figures figures = new Figures();
            figures.invocations = 1_000_000_000;
            figures.durationMicros = Long.MAX_VALUE;
            figures.durationSquaredMs2 = Long.MAX_VALUE;
            figures.billedDurationMs = 910_000L * figures.invocations;
            figures.errors = Integer.MAX_VALUE;
            figures.peak = Peak.of(10_240, true);
            figures.isCapped = true;
            sums.add(new Report(i, 1, 10_240, figures), 0);
        }
        Row row = WindowSums.of(sums.toBytes()).toRow(0.5);
        assertEquals(3_000L * 1_000_000_000, row.getField(5));
        assertEquals(Figures.MAX_SUM * 10_240e0, row.getField(9));
        Row atMemorySize = row.getFieldAs(AT_MEMORY_SIZE);
        assertEquals(Figures.MAX_SUM / 1000e0, atMemorySize.getField(1));
        assertEquals(Figures.MAX_SUM, atMemorySize.getField(2));
        assertEquals(Figures.MAX_SUM, atMemorySize.getField(5));
        assertEquals(3_000L * Integer.MAX_VALUE, atMemorySize.getField(8));
    }

    @Test
    void holdAWindowWithinFourKilobytesWhateverItIsToldAndKeepItsTotals() {
        Random random = new Random(1);
        WindowSums sums = new WindowSums();
        long invocations = 0;
        double billedMBMs = 0;
        for (int i = 0; i < 20_000; i++) {
            Report report = report(random, 1 + random.nextInt(10_240), random.nextInt(100_000));
            invocations += report.figures.invocations;
            billedMBMs += (double) report.figures.billedDurationMs * report.memorySizeMB;
            sums.add(report, 0);
        }
        // What is honest has many invocations, at one size and of one version.
        for (int i = 0; i < 1_000; i++) {
            Report report = report(random, 777, 12);
            invocations += report.figures.invocations;
            billedMBMs += (double) report.figures.billedDurationMs * report.memorySizeMB;
            sums.add(report, 0);
        }
        byte[] bytes = sums.toBytes();
        assertTrue(bytes.length < 4_096, bytes.length + " bytes");
        Row row = WindowSums.of(bytes).toRow(0.5);
        assertEquals(invocations, row.getField(5));
        assertEquals(billedMBMs, row.getField(9));
        assertEquals("12", row.getField(VERSION));
    }

    @Test
    void takeLittleRoom() {
        WindowSums sums = new WindowSums();
        for (int day = 0; day < 14; day++) {
            Figures figures = new Figures();
            figures.invocations = 90_000;
            figures.durationMicros = 9_000_000_000L;
            figures.durationSquaredMs2 = 900_000_000L;
            figures.hasCpu = true;
            figures.cpuMs = 3_000_000L;
            figures.cpuDurationMicros = 9_000_000_000L;
            figures.billedDurationMs = 9_000_000L;
            figures.peak = Peak.of(3_000, false);
            sums.add(new Report(1_767_225_600_000L + day, 0, 3_008, figures), 20_500 + day);
        }
        assertTrue(sums.toBytes().length <= 120, sums.toBytes().length + " bytes");
    }

    private static WindowSums sums(List<Report> reports) {
        WindowSums sums = new WindowSums();
        reports.forEach(report -> sums.add(report, report.timeMs / 10));
        return sums;
    }

    private static Report report(Random random, int memorySizeMB, long version) {
        Figures figures = new Figures();
        figures.invocations = 1 + random.nextInt(100);
        figures.durationMicros = random.nextInt(1_000_000);
        figures.hasSquares = random.nextInt(8) > 0;
        figures.durationSquaredMs2 = figures.hasSquares ? random.nextInt(1_000_000) : 0;
        figures.hasCpu = random.nextInt(3) > 0;
        figures.cpuMs = figures.hasCpu ? random.nextInt(1_000) : 0;
        figures.cpuDurationMicros = figures.hasCpu ? figures.durationMicros : 0;
        figures.billedDurationMs = random.nextInt(1_000_000);
        figures.coldStarts = random.nextInt(2);
        figures.initDurationMs = 100 * figures.coldStarts;
        figures.errors = random.nextInt(3);
        figures.isCapped = random.nextInt(10) == 0;
        figures.peak = Peak.of(1 + random.nextInt(memorySizeMB), figures.isCapped);
        return new Report(random.nextInt(100), version, memorySizeMB, figures);
    }
}
