package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSourceTest {
    private static final String OWNER = "123456789012";
    private final LogSource source = new LogSource(
            "aws-cn", "cn-north-1", Map.of("/team/orders", "orders", "/aws/lambda/us-east-1.edge", "edge"));

    @ParameterizedTest
    @CsvSource({
        // Lambda's own group and stream.
        "/aws/lambda/orders, 2026/03/01/[$LATEST]88ab12, orders, $LATEST",
        "/aws/lambda/orders, 2026/03/01/[72]88ab12, orders, 72",
        // A group of another name, which several functions may share.
        "/shared, 2026/03/01/orders[$LATEST]88ab12, orders, $LATEST",
        "/team/orders, 2026/03/01/billing[7]88ab12, billing, 7",
        // The map, where neither says it.
        "/team/orders, 2026/03/01/[7]88ab12, orders, 7",
        "/team/orders, forwarded-from-elsewhere, orders, $LATEST",
        "/aws/lambda/us-east-1.edge, 2026/03/01/[7]88ab12, edge, 7",
        // The function's own group may be set to be its group.
        "/aws/lambda/orders, 2026/03/01/orders[72]88ab12, orders, 72",
    })
    void namesTheFunction(String group, String stream, String name, String version) {
        LogSource.Function function = source.function(OWNER, group, stream);
        assertEquals("arn:aws-cn:lambda:cn-north-1:" + OWNER + ":function:" + name, function.arn().toString());
        assertEquals(name, function.name().toString());
        assertEquals(version, function.version().toString());
    }

    @ParameterizedTest
    @CsvSource({
        // Nobody can say which of the two wrote it.
        "123456789012, /aws/lambda/orders, 2026/03/01/billing[72]88ab12",
        "123456789012, /aws/lambda/, 2026/03/01/[72]88ab12",
        "123456789012, /aws/lambda/us-east-1.other, 2026/03/01/[72]88ab12",
        "123456789012, /aws/lambda/orders, my-own-stream",
        "123456789012, /aws/lambda/orders, 2026/03/01/[live]88ab12",
        "123456789012, /aws/lambda/orders, 2026/03/01/[007]88ab12",
        "123456789012, /aws/lambda/orders, 2026/03/01/[72]",
        "123456789012, /aws/lambda/orders/x, 2026/03/01/[72]88ab12",
        "123456789012, /shared, 2026/03/01/[72]88ab12",
        "123456789012, /shared, 2026/03/01/a:b[72]88ab12",
        "12345678901, /aws/lambda/orders, 2026/03/01/[72]88ab12",
        "CloudwatchLogs, /aws/lambda/orders, 2026/03/01/[72]88ab12",
    })
    void leavesOutWhoseItCannotTell(String owner, String group, String stream) {
        assertEquals(null, source.function(owner, group, stream));
    }
}
