package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobParametersTest {
    @ParameterizedTest
    @CsvSource({
        "0.15000000000000002, 0.15", "1e-7, 0.0000001", ".5, 0.5", "1., 1", "10.0000000001, 10", "-0, 0", "00.250, 0.25"
    })
    void roundsANumberToNineDecimalPlaces(String given, String used) {
        assertEquals(used, TestParameters.with("peakMargin", given).values().get("peakMargin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1", " 1", "1 ", "Infinity", "NaN", "1e999", "1d", "0x1p3", "--1", "", "."})
    void refusesWhatIsNoNumber(String given) {
        assertThrows(IllegalArgumentException.class, () -> TestParameters.with("peakMargin", given));
        assertThrows(IllegalArgumentException.class, () -> TestParameters.with("bufferMB", given));
    }

    @ParameterizedTest
    @CsvSource({"100.0, 100", "1e2, 100", "+7, 7"})
    void takesAWholeNumberHoweverItIsWritten(String given, String used) {
        assertEquals(used, TestParameters.with("bufferMB", given).values().get("bufferMB"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.0000000001", "-1", "10241", "1e20"})
    void neverRoundsAWholeNumber(String given) {
        assertThrows(IllegalArgumentException.class, () -> TestParameters.with("bufferMB", given));
    }
}
