package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases are generated, with what a preview makes of each: what it takes must never stop the running job. */
class JobParametersTest {
    private static final String REFUSED = "refused";

    @Test
    void takesEveryValueThatAPreviewTakesAndNoOther() throws IOException {
        assertAll(cases("parameter-cases.tsv", 3)
                .map(fields -> (Executable) () -> assertEquals(
                        fields.get(2), sent(fields.get(0), fields.get(1)), () -> fields + " of key, value and sent"))
                .toList());
    }

    @Test
    void takesEverySetOfValuesThatAPreviewTakesAndNoOther() throws IOException {
        assertAll(cases("parameter-sets.tsv", 2)
                .map(fields -> (Executable) () -> assertEquals(fields.get(1), verdict(fields.get(0)), fields.get(0)))
                .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "telemetryStreamArn, arn:aws:kinesis:eu-west-1:123456789012:consumer/x, "
                + "'telemetryStreamArn is \"arn:aws:kinesis:eu-west-1:123456789012:consumer/x\"; "
                + "it must be the ARN of a Kinesis data stream.'",
        "windowLength, 36h, 'windowLength is 36h; it must be a whole multiple of bucketLength, which is 1d.'",
        "minMemoryMB, 99999, 'minMemoryMB is 99999; it must be a whole number from 128 to 10240.'",
        "maxMemoryMB, 128.0, ",
        "windowLenght, 7d, 'The job has no parameter named windowLenght.'"
    })
    void saysInOneSentenceWhatIsNotAllowed(String key, String value, String sentence) {
        if (sentence == null) {
            TestParameters.with(key, value);
        } else {
            Exception refusal = assertThrows(
                    IllegalArgumentException.class, () -> TestParameters.with(key, value));
            assertEquals(sentence, refusal.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "logsStreamArn     | logs              | logsStreamArn is \"logs\"; it must be the ARN of a Kinesis data stream.",
                "logGroupFunctions | /team/orders      | SENTENCE",
                "logGroupFunctions | /a:x,             | SENTENCE",
                "logGroupFunctions | /a:x'             | SENTENCE",
                "logGroupFunctions | /a:x y            | SENTENCE",
                "logGroupFunctions | /a:x,/b/c.d#e:y-z |",
                "logGroupFunctions | ''                |",
            })
    void saysInOneSentenceWhatIsNotAllowedOfLogs(String key, String value, String sentence) {
        if (sentence == null) {
            TestParameters.withLogs(key, value);
        } else {
            Exception refusal =
                    assertThrows(IllegalArgumentException.class, () -> TestParameters.withLogs(key, value));
            assertEquals(
                    sentence.replace(
                            "SENTENCE",
                            "logGroupFunctions is \"" + value + "\"; it must be log groups and their functions' names, "
                                    + "as in /team/orders:orders, separated by commas."),
                    refusal.getMessage());
        }
    }

    @Test
    void takesLogGroupsWithALogsStreamAlone() {
        Exception refusal = assertThrows(
                IllegalArgumentException.class, () -> TestParameters.with("logGroupFunctions", "/a:x"));
        assertEquals("The job has no parameter named logGroupFunctions.", refusal.getMessage());
    }

    @Test
    void refusesToDoWithoutAParameter() {
        Properties properties = TestParameters.defaults();
        properties.remove("lateness");
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> JobParameters.of(properties));
        assertEquals("lateness is missing from the property group lambda-memory-optimizer.", refusal.getMessage());
    }

    private static Stream<List<String>> cases(String file, int fields) throws IOException {
        return Files.readAllLines(Path.of("src/test/resources", file)).stream()
                .map(line -> List.of(line.split("\t", fields)));
    }

    /** The value as a preview sends it on; a duration stands in the SQL as an interval. */
    private static String sent(String key, String value) {
        try {
            String text = ParameterRules.sqlText(key, value);
            return text.startsWith("INTERVAL") ? value : text;
        } catch (IllegalArgumentException refusal) {
            return REFUSED;
        }
    }

    private static String verdict(String set) {
        String[] changes = set.split("[= ]");
        try {
            TestParameters.with(changes);
            return "accepted";
        } catch (IllegalArgumentException refusal) {
            return REFUSED;
        }
    }
}
