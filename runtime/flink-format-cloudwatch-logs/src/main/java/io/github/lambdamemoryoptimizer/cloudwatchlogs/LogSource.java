package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.data.StringData;

/**
 * Tells whose log it is by the names of its group and stream ("Configuring CloudWatch log groups", Lambda Developer
 * Guide): the group is {@code /aws/lambda/NAME} and the stream {@code 2026/03/01/[VERSION]hash}; in a group of another
 * name the stream is {@code 2026/03/01/NAME[VERSION]hash}.
 */
final class LogSource implements Serializable {
    private static final long serialVersionUID = 1;

    private static final String LAMBDA_GROUP = "/aws/lambda/";
    private static final Pattern FUNCTION_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");
    private static final Pattern LAMBDA_STREAM =
            Pattern.compile("[0-9]{4}/[0-9]{2}/[0-9]{2}/([a-zA-Z0-9_-]{0,64})\\[(\\$LATEST|[1-9][0-9]{0,17})][a-zA-Z0-9-]{1,64}");
    private static final String LATEST = "$LATEST";

    private final String partition;
    private final String region;
    private final HashMap<String, String> namesByGroup;

    /** A function as the columns name it. */
    record Function(StringData arn, StringData name, StringData version) {}

    /** @param namesByGroup for groups that neither their own name nor their streams' say the function of. */
    LogSource(String partition, String region, Map<String, String> namesByGroup) {
        this.partition = partition;
        this.region = region;
        this.namesByGroup = new HashMap<>(namesByGroup);
    }

    static boolean isFunctionName(String text) {
        return FUNCTION_NAME.matcher(text).matches();
    }

    /**
     * The function and version whose log it is; null where that can't be told.
     *
     * <p>A function that may write to its own group can make any stream there. So a stream of {@code
     * /aws/lambda/NAME} that names another function is nobody's.
     *
     * @param owner the id of the account that the group belongs to.
     */
    Function function(String owner, String logGroup, String logStream) {
        if (!ACCOUNT_ID.matcher(owner).matches()) {
            return null;
        }
        Matcher stream = LAMBDA_STREAM.matcher(logStream);
        boolean isLambdaStream = stream.matches();
        String inStream = isLambdaStream ? stream.group(1) : "";
        String version = isLambdaStream ? stream.group(2) : null;
        String name;
        if (logGroup.startsWith(LAMBDA_GROUP)) {
            name = logGroup.substring(LAMBDA_GROUP.length());
            if (!isFunctionName(name)) {
                // Lambda@Edge has /aws/lambda/us-east-1.NAME.
                name = null;
            } else if (!inStream.isEmpty() && !inStream.equals(name)) {
                return null;
            }
        } else {
            name = inStream.isEmpty() ? null : inStream;
        }
        if (name == null) {
            name = namesByGroup.get(logGroup);
            // Whoever names a group's function by hand may have its lines from elsewhere than Lambda's own streams.
            version = version == null ? LATEST : version;
        }
        if (name == null || version == null) {
            return null;
        }
        return new Function(
                StringData.fromString("arn:" + partition + ":lambda:" + region + ":" + owner + ":function:" + name),
                StringData.fromString(name),
                StringData.fromString(version));
    }
}
