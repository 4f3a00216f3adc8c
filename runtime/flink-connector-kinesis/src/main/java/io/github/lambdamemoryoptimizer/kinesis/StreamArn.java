package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The grammar of a Kinesis data stream's ARN, which is generated from the one that the other parts use. */
public final class StreamArn {
    /** Its groups are partition, region, account and the stream's name. */
    public static final Pattern PATTERN = load();

    private StreamArn() {}

    /** The stream's name at the end of its ARN. */
    static String name(String arn) {
        return arn.substring(arn.indexOf('/') + 1);
    }

    private static Pattern load() {
        try (InputStream file = StreamArn.class.getResourceAsStream("/stream-arn.regex")) {
            return Pattern.compile(new String(file.readAllBytes(), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
