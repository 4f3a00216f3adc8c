package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;

/**
 * Which stream, where it is, and how long its calls may take.
 *
 * @param endpoint null for the region's own, or what AWS_ENDPOINT_URL_KINESIS or AWS_ENDPOINT_URL say, which the
 *     SDK reads by itself.
 * @param attemptTimeout of one HTTP request.
 * @param callTimeout of one call with the SDK's own retries.
 * @param retryTimeout how long calls may go on failing before the job fails.
 */
record StreamAddress(
        String arn,
        String region,
        String endpoint,
        Duration attemptTimeout,
        Duration callTimeout,
        Duration retryTimeout)
        implements Serializable {

    /** Opens a client of its own, with the default chain's credentials. */
    KinesisStream open() {
        KinesisClientBuilder client = KinesisClient.builder()
                .region(Region.of(region))
                .overrideConfiguration(
                        calls -> calls.apiCallAttemptTimeout(attemptTimeout).apiCallTimeout(callTimeout))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(attemptTimeout));
        if (endpoint != null) {
            client.endpointOverride(URI.create(endpoint));
        }
        return new KinesisStream(arn, client.build(), retryTimeout);
    }
}
