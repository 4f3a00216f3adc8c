package io.github.lambdamemoryoptimizer.flink;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code .sql} file of the jar: one statement with {@code ${parameters}}. */
final class SqlFile {
    private static final Pattern COMMENT_LINE = Pattern.compile("(?m)^\\s*--.*\\R");
    private static final Pattern PARAMETER = Pattern.compile("\\$\\{(\\w+)}");

    private SqlFile() {}

    /**
     * The statement of a file, its parameters filled in.
     *
     * @param name the file's name under {@code sql/}.
     * @param values SQL text by parameter name; checked by {@link JobParameters}, inserted as it is.
     */
    static String read(String name, Map<String, String> values) throws IOException {
        try (InputStream file = SqlFile.class.getResourceAsStream("/sql/" + name)) {
            if (file == null) {
                throw new FileNotFoundException("The jar has no SQL file " + name + ".");
            }
            return fill(new String(file.readAllBytes(), StandardCharsets.UTF_8), values);
        }
    }

    static String fill(String sql, Map<String, String> values) {
        String statement = COMMENT_LINE.matcher(sql).replaceAll("").strip();
        return PARAMETER
                .matcher(statement)
                .replaceAll(match -> {
                    String value = values.get(match.group(1));
                    if (value == null) {
                        throw new IllegalArgumentException("The SQL names an unknown parameter " + match.group() + ".");
                    }
                    return Matcher.quoteReplacement(value);
                });
    }
}
