package io.github.lambdamemoryoptimizer.kinesis;

import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.util.FlinkRuntimeException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Which errors of Kinesis end the job: those that no waiting mends ("Errors" of the API's pages). Throttling,
 * timeouts, broken connections, server errors and expired tokens pass, and are tried again for ever.
 */
final class KinesisErrors {
    private static final Set<String> FATAL = Set.of(
            "ResourceNotFoundException",
            "AccessDeniedException",
            "UnrecognizedClientException",
            "InvalidArgumentException",
            "ValidationException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSNotFoundException",
            "KMSOptInRequired");

    private KinesisErrors() {}

    static boolean isFatal(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof AwsServiceException service
                        && service.awsErrorDetails() != null
                        && FATAL.contains(service.awsErrorDetails().errorCode()));
    }

    /**
     * @param action what was tried, as in "Can't {action} {streamArn}".
     * @throws FlinkRuntimeException with one sentence, if the error is fatal.
     */
    static void failIfFatal(Throwable error, String action, String streamArn) {
        if (isFatal(error)) {
            throw fatal(error, action, streamArn);
        }
    }

    static FlinkRuntimeException fatal(Throwable error, String action, String streamArn) {
        return new FlinkRuntimeException("Can't %s %s: %s".formatted(action, streamArn, error.getMessage()), error);
    }
}
