package io.github.lambdamemoryoptimizer.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsLambdaFunctionTest {
    private static final String HOME = "arn:aws-cn:lambda:cn-north-1:123456789012:function:";
    private static final String SECOND_HOME = "arn:aws:lambda:eu-west-1:210987654321:function:";

    private final IsLambdaFunction function = new IsLambdaFunction(List.of(HOME, SECOND_HOME));

    @ParameterizedTest
    @ValueSource(strings = {"a", "orders-API_2", "0123456789012345678901234567890123456789012345678901234567890123"})
    void takesWhatLambdaCallsAFunction(String name) {
        assertEquals(true, isOne(HOME + name, "$LATEST"));
        assertEquals(true, isOne(SECOND_HOME + name, "$LATEST"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "arn:aws-cn:lambda:cn-north-1:123456789012:function",
                HOME,
                HOME + "a:1",
                HOME + "a:$LATEST",
                HOME + "a b",
                HOME + "ä",
                HOME + "a\u0000",
                HOME + "01234567890123456789012345678901234567890123456789012345678901234",
                "arn:aws:lambda:cn-north-1:123456789012:function:a",
                "arn:aws-cn:lambda:cn-north-2:123456789012:function:a",
                "arn:aws-cn:lambda:cn-north-1:123456789013:function:a",
                " " + HOME + "a"
            })
    void refusesAnyOtherArn(String arn) {
        assertEquals(false, isOne(arn, "$LATEST"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$LATEST", "1", "12", "99999999999999"})
    void takesAVersionThatLambdaGives(String version) {
        assertEquals(true, isOne(HOME + "a", version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "01", "-1", "1a", "$latest", "$LATEST ", "$LATEST2", "live", "100000000000000", "１"})
    void refusesAnyOtherVersion(String version) {
        assertEquals(false, isOne(HOME + "a", version));
    }

    @Test
    void refusesWhatIsMissing() {
        assertEquals(false, isOne(null, "1"));
        assertEquals(false, isOne(HOME + "a", null));
    }

    private boolean isOne(String arn, String version) {
        return function.eval(StringData.fromString(arn), StringData.fromString(version));
    }
}
