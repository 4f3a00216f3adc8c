package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

class RetriesTest {
    private static final SdkException PASSING = SdkClientException.create("connection reset");
    private static final SdkException THROTTLED = coded("ProvisionedThroughputExceededException");

    private Duration now = Duration.ofDays(1);
    private final Retries retries =
            new Retries("arn", Duration.ofMinutes(5), Duration.ofMillis(500), () -> now.toNanos());

    @Test
    void doublesThePauseUpToAPoint() {
        assertEquals(
                List.of(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 16_000L),
                Stream.generate(() -> failed(PASSING)).limit(7).map(Duration::toMillis).toList());
        retries.succeeded();
        assertEquals(Duration.ofMillis(500), failed(PASSING));
    }

    @Test
    void givesUpOnAnErrorThatLasts() {
        failed(PASSING);
        after(Duration.ofMinutes(5));
        failed(PASSING);
        after(Duration.ofSeconds(1));
        FlinkRuntimeException error = assertThrows(FlinkRuntimeException.class, () -> failed(PASSING));
        assertTrue(error.getMessage().startsWith("Can't list the shards of arn: connection reset. "));
    }

    @Test
    void startsAfreshAfterASuccess() {
        failed(PASSING);
        retries.succeeded();
        after(Duration.ofHours(1));
        failed(PASSING);
    }

    @Test
    void neverGivesUpOnThrottledCalls() {
        failed(PASSING);
        for (int hours = 0; hours < 100; hours++) {
            failed(THROTTLED);
            after(Duration.ofHours(1));
        }
        failed(PASSING);
    }

    @Test
    void failsAtOnceWhereWaitingCannotHelp() {
        assertThrows(FlinkRuntimeException.class, () -> failed(coded("AccessDeniedException")));
    }

    private Duration failed(SdkException error) {
        return retries.failed(error, "list the shards of");
    }

    private void after(Duration time) {
        now = now.plus(time);
    }

    private static SdkException coded(String code) {
        return (SdkException) KinesisException.builder()
                .message(code)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }
}
