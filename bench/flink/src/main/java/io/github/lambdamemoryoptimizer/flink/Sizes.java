package io.github.lambdamemoryoptimizer.flink;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Properties;

/** Sizes for the version written by hand, by {@code average-above-peak}. */
final class Sizes implements Serializable {
    private static final long serialVersionUID = 1;

    private final int bufferMB;
    private final BigDecimal peakFactor;
    private final BigDecimal pressureFactor;
    private final int minMemoryMB;
    private final int maxMemoryMB;

    Sizes(Properties properties) {
        this.bufferMB = Integer.parseInt(properties.getProperty("bufferMB"));
        this.peakFactor = new BigDecimal(properties.getProperty("peakMargin")).add(BigDecimal.ONE);
        this.pressureFactor = new BigDecimal(properties.getProperty("pressureStep")).add(BigDecimal.ONE);
        this.minMemoryMB = Integer.parseInt(properties.getProperty("minMemoryMB"));
        this.maxMemoryMB = Integer.parseInt(properties.getProperty("maxMemoryMB"));
    }

    int aboveCap(int memorySizeMB) {
        return clamp(needAboveCap(memorySizeMB));
    }

    /** @param cappedMemorySizeMB null where nothing was at its cap. */
    int ofWindow(double averageMB, int peakMB, Integer cappedMemorySizeMB) {
        int size = Math.max((int) Math.ceil(averageMB) + bufferMB, times(peakMB, peakFactor));
        return clamp(cappedMemorySizeMB == null ? size : Math.max(size, needAboveCap(cappedMemorySizeMB)));
    }

    private int needAboveCap(int memorySizeMB) {
        return Math.max(times(memorySizeMB, pressureFactor), memorySizeMB + bufferMB);
    }

    private int clamp(int size) {
        return Math.min(Math.max(size, minMemoryMB), maxMemoryMB);
    }

    private static int times(int number, BigDecimal factor) {
        return BigDecimal.valueOf(number)
                .multiply(factor)
                .setScale(0, RoundingMode.CEILING)
                .intValueExact();
    }
}
