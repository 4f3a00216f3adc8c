package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The calls that the connector makes to one stream, each with its ARN. Safe for use by several threads. */
final class KinesisStream implements AutoCloseable {
    private final String arn;
    private final KinesisClient client;
    private final Duration retryTimeout;

    /** @param retryTimeout how long calls may go on failing before the job fails. */
    KinesisStream(String arn, KinesisClient client, Duration retryTimeout) {
        this.arn = arn;
        this.client = client;
        this.retryTimeout = retryTimeout;
    }

    String arn() {
        return arn;
    }

    /** @param firstPause the pause after a first failure. */
    Retries retries(Duration firstPause) {
        return new Retries(arn, retryTimeout, firstPause, System::nanoTime);
    }

    /**
     * All shards, open and closed, that are within the stream's retention. A page has at most 1,000, and its token
     * stands for the stream: ListShards refuses a request that has both ("ListShards", NextToken).
     */
    List<Shard> listShards() {
        ListShardsResponse page = client.listShards(request -> request.streamARN(arn));
        List<Shard> shards = new ArrayList<>(page.shards());
        while (page.nextToken() != null) {
            String token = page.nextToken();
            page = client.listShards(request -> request.nextToken(token));
            shards.addAll(page.shards());
        }
        return shards;
    }

    String shardIterator(ShardSplit split) {
        GetShardIteratorRequest.Builder request = GetShardIteratorRequest.builder()
                .streamARN(arn)
                .shardId(split.shardId())
                .shardIteratorType(split.position().type());
        if (split.position().type() == ShardIteratorType.AFTER_SEQUENCE_NUMBER) {
            request.startingSequenceNumber(split.position().value());
        }
        return client.getShardIterator(request.build()).shardIterator();
    }

    GetRecordsResponse getRecords(String iterator, int limit) {
        return client.getRecords(request -> request.streamARN(arn).shardIterator(iterator).limit(limit));
    }

    PutRecordsResponse putRecords(List<PutRecordsRequestEntry> entries) {
        return client.putRecords(request -> request.streamARN(arn).records(entries));
    }

    @Override
    public void close() {
        client.close();
    }
}
