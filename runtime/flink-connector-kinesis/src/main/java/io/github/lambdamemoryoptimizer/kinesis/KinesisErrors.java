package io.github.lambdamemoryoptimizer.kinesis;

import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.util.FlinkRuntimeException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The one table of what an AWS call's error means, for the source and the sink alike. The codes are those of "Common
 * Error Types" and of each call's "Errors" in the Amazon Kinesis Data Streams API Reference.
 */
final class KinesisErrors {
    enum Kind {
        /** Waiting can't help: the job fails at once. */
        FATAL,
        /** Expected to pass: the call is retried for a limited time. */
        RETRY,
        /** Kinesis works but is throttling: the call is retried for as long as that lasts. */
        THROTTLE
    }

    private static final String DEFAULT_ADVICE =
            "Check the network path to Kinesis, and the AWS Health Dashboard.";
    private static final String CREDENTIALS_ADVICE =
            "Check the credentials: on Managed Flink the application's role, elsewhere the SDK's default chain.";

    private static final Map<String, Kind> KINDS = new HashMap<>();
    private static final Map<String, String> ADVICE = new HashMap<>();

    static {
        fatal(
                "Allow the call in the policies of the role and of the stream.",
                "AccessDeniedException",
                "AccessDenied",
                "NotAuthorized");
        fatal(
                CREDENTIALS_ADVICE,
                "UnrecognizedClientException",
                "InvalidClientTokenId",
                "InvalidSignatureException",
                "SignatureDoesNotMatch",
                "IncompleteSignature",
                "IncompleteSignatureException",
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException");
        fatal("Create the stream, or name the right one and its region.", "ResourceNotFoundException");
        fatal(
                "Check the table's options.",
                "ValidationException",
                "ValidationError",
                "InvalidArgumentException",
                "InvalidParameterValue",
                "SerializationException",
                "UnknownOperationException");
        fatal("Allow the role to use the stream's KMS key, in the key's policy too.", "KMSAccessDeniedException");
        fatal("Enable the stream's KMS key.", "KMSDisabledException", "KMSInvalidStateException");
        fatal("Give the stream a KMS key that exists.", "KMSNotFoundException");
        fatal("Subscribe the AWS account to the service.", "KMSOptInRequired", "OptInRequired");
        put(Kind.RETRY, CREDENTIALS_ADVICE, List.of("ExpiredTokenException", "ExpiredToken", "RequestExpired"));
        put(
                Kind.THROTTLE,
                "Give the stream more shards.",
                List.of(
                        "ProvisionedThroughputExceededException",
                        "KMSThrottlingException",
                        "LimitExceededException",
                        "ThrottlingException",
                        "Throttling"));
    }

    private KinesisErrors() {}

    static Kind kind(Throwable error) {
        Optional<AwsServiceException> service = serviceError(error);
        if (service.isPresent() && service.get().isThrottlingException()) {
            return Kind.THROTTLE;
        }
        return code(service).map(KINDS::get).orElse(Kind.RETRY);
    }

    /**
     * The error that the job fails with.
     *
     * @param action what was tried, as in "Can't {action} {streamArn}".
     * @return says what failed, why, and in one sentence what to do.
     */
    static FlinkRuntimeException failure(Throwable error, String action, String streamArn) {
        return new FlinkRuntimeException(
                "Can't %s %s: %s. %s".formatted(action, streamArn, error.getMessage(), advice(error)), error);
    }

    private static String advice(Throwable error) {
        if (causes(error).anyMatch(UnknownHostException.class::isInstance)) {
            return "Check the table's aws.region and aws.endpoint, and the network's DNS.";
        }
        // The SDK has no exception class for this.
        if (causes(error).anyMatch(cause -> String.valueOf(cause.getMessage()).contains("load credentials"))) {
            return CREDENTIALS_ADVICE;
        }
        return code(serviceError(error)).map(ADVICE::get).orElse(DEFAULT_ADVICE);
    }

    private static Optional<AwsServiceException> serviceError(Throwable error) {
        return causes(error)
                .filter(AwsServiceException.class::isInstance)
                .map(AwsServiceException.class::cast)
                .findFirst();
    }

    private static Optional<String> code(Optional<AwsServiceException> error) {
        return error.map(AwsServiceException::awsErrorDetails).map(details -> details.errorCode());
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause);
    }

    private static void fatal(String advice, String... codes) {
        put(Kind.FATAL, advice, List.of(codes));
    }

    private static void put(Kind kind, String advice, List<String> codes) {
        codes.forEach(code -> {
            KINDS.put(code, kind);
            ADVICE.put(code, advice);
        });
    }
}
