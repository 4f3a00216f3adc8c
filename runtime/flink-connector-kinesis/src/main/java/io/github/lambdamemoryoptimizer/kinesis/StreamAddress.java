package io.github.lambdamemoryoptimizer.kinesis;

import java.io.Serializable;
import java.net.URI;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;

/**
 * Which stream, and where.
 *
 * @param endpoint null for the region's own, or what AWS_ENDPOINT_URL_KINESIS or AWS_ENDPOINT_URL say, which the
 *     SDK reads by itself.
 */
record StreamAddress(String arn, String region, String endpoint) implements Serializable {

    /** Opens a client of its own, with the default chain's credentials. */
    KinesisStream open() {
        KinesisClientBuilder client = KinesisClient.builder()
                .region(Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder());
        if (endpoint != null) {
            client.endpointOverride(URI.create(endpoint));
        }
        return new KinesisStream(arn, client.build());
    }
}
