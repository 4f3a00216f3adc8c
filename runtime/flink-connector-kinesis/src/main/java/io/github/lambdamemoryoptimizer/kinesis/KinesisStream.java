package io.github.lambdamemoryoptimizer.kinesis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The calls that the connector makes to one stream, each with its ARN. Safe for use by several threads. */
final class KinesisStream implements AutoCloseable {
    private final String arn;
    private final KinesisClient client;

    KinesisStream(String arn, KinesisClient client) {
        this.arn = arn;
        this.client = client;
    }

    String arn() {
        return arn;
    }

    /** All shards, open and closed, that are within the stream's retention. */
    List<Shard> listShards() {
        List<Shard> shards = new ArrayList<>();
        ListShardsRequest.Builder request = ListShardsRequest.builder().streamARN(arn);
        while (true) {
            ListShardsResponse page = client.listShards(request.build());
            shards.addAll(page.shards());
            if (page.nextToken() == null) {
                return shards;
            }
            request.nextToken(page.nextToken());
        }
    }

    String shardIterator(ShardSplit split) {
        GetShardIteratorRequest.Builder request = GetShardIteratorRequest.builder()
                .streamARN(arn)
                .shardId(split.shardId())
                .shardIteratorType(split.position().type());
        switch (split.position().type()) {
            case AT_TIMESTAMP -> request.timestamp(Instant.parse(split.position().value()));
            case AFTER_SEQUENCE_NUMBER -> request.startingSequenceNumber(split.position().value());
            default -> { }
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
