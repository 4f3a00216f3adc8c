package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lambdamemoryoptimizer.kinesis.KinesisErrors.Kind;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Errors as the SDK throws them for HTTP answers. */
@Timeout(60)
class KinesisErrorsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AccessDeniedException",
                "ValidationException",
                "InvalidArgumentException",
                "ResourceNotFoundException",
                "KMSAccessDeniedException",
                "KMSDisabledException",
                "KMSInvalidStateException",
                "KMSNotFoundException",
                "KMSOptInRequired",
                "OptInRequired",
                "UnrecognizedClientException",
                "InvalidSignatureException",
                "IncompleteSignature",
                "InvalidClientTokenId",
                "MissingAuthenticationToken"
            })
    void failsAtOnceWhereWaitingCannotHelp(String code) throws IOException {
        assertEquals(Kind.FATAL, KinesisErrors.kind(errorOf(HttpKinesis.refused(code, "no"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ProvisionedThroughputExceededException",
                "KMSThrottlingException",
                "LimitExceededException",
                "ThrottlingException"
            })
    void knowsThrottling(String code) throws IOException {
        assertEquals(Kind.THROTTLE, KinesisErrors.kind(errorOf(HttpKinesis.refused(code, "slow down"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExpiredTokenException", "ExpiredIteratorException", "SomethingNewException"})
    void retriesErrorsThatMayPass(String code) throws IOException {
        assertEquals(Kind.RETRY, KinesisErrors.kind(errorOf(HttpKinesis.refused(code, "not now"))));
    }

    @Test
    void retriesServerErrors() throws IOException {
        assertEquals(Kind.RETRY, KinesisErrors.kind(errorOf(new HttpKinesis.Answer(500, "{}"))));
    }

    @Test
    void saysWhatToDo() throws IOException {
        SdkException denied = errorOf(HttpKinesis.refused("AccessDeniedException", "not authorized"));
        String message = KinesisErrors.failure(denied, "write to", HttpKinesis.ARN).getMessage();

        assertTrue(message.startsWith("Can't write to " + HttpKinesis.ARN + ": not authorized"), message);
        assertTrue(message.endsWith(". Allow the call in the policies of the role and of the stream."), message);
    }

    @Test
    void retriesWithoutCredentialsAndSaysWhereTheyComeFrom() {
        // A provider that finds nothing, as every provider of the default chain does without credentials.
        AwsCredentialsProvider none = AwsCredentialsProviderChain.of(
                WebIdentityTokenFileCredentialsProvider.builder().build());
        SdkException error = errorOf("http://127.0.0.1:1", none);

        assertEquals(Kind.RETRY, KinesisErrors.kind(error));
        String message = KinesisErrors.failure(error, "read", HttpKinesis.ARN).getMessage();
        assertTrue(message.contains(". Check the credentials: "), message);
    }

    @Test
    void retriesWithoutAHostAndSaysWhereItsNameComesFrom() {
        SdkException error = errorOf("http://kinesis.invalid", AnonymousCredentialsProvider.create());

        assertEquals(Kind.RETRY, KinesisErrors.kind(error));
        String message = KinesisErrors.failure(error, "read", HttpKinesis.ARN).getMessage();
        assertTrue(message.endsWith(". Check the table's aws.region and aws.endpoint, and the network's DNS."), message);
    }

    private static SdkException errorOf(HttpKinesis.Answer answer) throws IOException {
        try (HttpKinesis kinesis = new HttpKinesis((action, request) -> answer);
                KinesisStream stream = kinesis.open()) {
            return assertThrows(SdkException.class, stream::listShards);
        }
    }

    private static SdkException errorOf(String endpoint, AwsCredentialsProvider credentials) {
        try (KinesisClient client = KinesisClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create(endpoint))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            return assertThrows(SdkException.class, () -> client.listShards(request -> request.streamName("any")));
        }
    }
}
