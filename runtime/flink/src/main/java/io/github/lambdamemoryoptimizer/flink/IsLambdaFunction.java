package io.github.lambdamemoryoptimizer.flink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * IS_LAMBDA_FUNCTION: whether a text is the unqualified ARN of a function that this job accepts, and another a
 * version that Lambda gives: {@code $LATEST} or a number ("FunctionConfiguration", Lambda API Reference). It looks at
 * every record, so it compares bytes: regular expressions and LIKE with a % inside are several times slower.
 */
public final class IsLambdaFunction extends ScalarFunction {
    private static final long serialVersionUID = 1;

    /** "CreateFunction", Lambda API Reference. */
    private static final int MAX_NAME_LENGTH = 64;

    private static final byte[] LATEST = FunctionVersion.LATEST.getBytes(StandardCharsets.UTF_8);

    private final byte[][] arnPrefixes;

    /** @param arnPrefixes such as {@code arn:aws:lambda:eu-west-1:123456789012:function:}. */
    IsLambdaFunction(List<String> arnPrefixes) {
        this.arnPrefixes = arnPrefixes.stream()
                .map(prefix -> prefix.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    public Boolean eval(
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData functionArn,
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData functionVersion) {
        return functionArn != null
                && functionVersion != null
                && isFunctionArn(functionArn.toBytes())
                && isVersion(functionVersion.toBytes());
    }

    private boolean isFunctionArn(byte[] arn) {
        for (byte[] prefix : arnPrefixes) {
            if (arn.length > prefix.length && Arrays.equals(arn, 0, prefix.length, prefix, 0, prefix.length)) {
                return isName(arn, prefix.length);
            }
        }
        return false;
    }

    private static boolean isName(byte[] arn, int start) {
        if (arn.length - start > MAX_NAME_LENGTH) {
            return false;
        }
        for (int i = start; i < arn.length; i++) {
            byte b = arn[i];
            boolean isAllowed = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_';
            if (!isAllowed) {
                return false;
            }
        }
        return true;
    }

    private static boolean isVersion(byte[] version) {
        if (version.length == 0 || version.length > FunctionVersion.MAX_DIGITS || version[0] == '0') {
            return false;
        }
        for (byte b : version) {
            if (b < '0' || b > '9') {
                return Arrays.equals(version, LATEST);
            }
        }
        return true;
    }
}
