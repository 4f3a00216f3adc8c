package io.github.lambdamemoryoptimizer.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.Shard;

@Timeout(60)
class KinesisStreamTest {
    private static final int SHARDS = 2_500;
    private static final int PAGE = 1_000;
    private static final Pattern TOKEN = Pattern.compile("\"NextToken\":\"(\\d+)\"");

    @Test
    void listsMoreShardsThanFitOnAPage() throws IOException {
        try (HttpKinesis kinesis = new HttpKinesis((action, request) -> page(request));
                KinesisStream stream = kinesis.open()) {
            List<String> ids = stream.listShards().stream().map(Shard::shardId).toList();

            assertEquals(IntStream.range(0, SHARDS).mapToObj(KinesisStreamTest::id).toList(), ids);
        }
    }

    @Test
    void endsACallThatIsNeverAnswered() throws IOException {
        try (HttpKinesis kinesis = new HttpKinesis((action, request) -> HttpKinesis.NONE);
                KinesisStream attempt = kinesis.open(Duration.ofMillis(50), Duration.ofMinutes(10));
                KinesisStream call = kinesis.open(Duration.ofMinutes(10), Duration.ofMillis(200))) {
            assertThrows(SdkClientException.class, attempt::listShards);
            assertThrows(SdkClientException.class, call::listShards);
        }
    }

    /** As AWS answers: at most 1,000 shards a page, and no request with both a stream and a token. */
    private static HttpKinesis.Answer page(String request) {
        Matcher token = TOKEN.matcher(request);
        boolean next = token.find();
        if (next == request.contains("\"StreamARN\"")) {
            return HttpKinesis.refused(
                    "InvalidArgumentException", "NextToken and StreamARN cannot be provided together.");
        }
        int from = next ? Integer.parseInt(token.group(1)) : 0;
        int to = Math.min(from + PAGE, SHARDS);
        String shards = IntStream.range(from, to)
                .mapToObj(KinesisStreamTest::id)
                .map("{\"ShardId\":\"%s\"}"::formatted)
                .collect(Collectors.joining(","));
        String more = to < SHARDS ? ",\"NextToken\":\"" + to + "\"" : "";
        return HttpKinesis.ok("{\"Shards\":[" + shards + "]" + more + "}");
    }

    private static String id(int number) {
        return "shardId-%012d".formatted(number);
    }
}
