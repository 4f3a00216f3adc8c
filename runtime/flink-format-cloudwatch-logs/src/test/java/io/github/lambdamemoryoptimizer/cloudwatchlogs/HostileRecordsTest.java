package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.ACCOUNT_ID;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.envelope;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.event;
import static io.github.lambdamemoryoptimizer.cloudwatchlogs.FormatHarness.gzip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged and forged records: none has the format throw, and each gives exactly the rows that {@link Oracle} finds in
 * it, which reads it another way.
 */
class HostileRecordsTest {
    private static final int MUTATIONS = 10_000;
    private static final List<String> INSERTIONS = List.of(
            "\t", "\n", "\u0000", " ", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "9", "-", ".", "e9", "\u00e4",
            "\ud83d", "null", "true", "1e999", "NaN", "REPORT RequestId: ", "\tInit Duration: 5 ms", "\tStatus: error",
            "platform.report", "\"time\":1,", "/", "[$LATEST]", "\\u0041", "99999999999999999999");

    private final Random random = new Random(3);
    private final FormatHarness format = new FormatHarness();
    private final LogRecordReader reader = new LogRecordReader();
    private final Gunzip gunzip = new Gunzip();

    @Test
    void giveNoWrongRowAndNoException() {
        int changed = 0;
        int withRows = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] record = mutated(i % 4);
            int number = i;
            List<Map<String, Object>> expected = Oracle.rows(record);
            assertEquals(expected, format.rows(record), () -> "mutation " + number + ": " + Oracle.text(record));
            // The format counts even what it should never throw; here nothing but an IOException may come.
            onlyRefuses(record, number);
            changed += expected.size() < 3 ? 1 : 0;
            withRows += expected.isEmpty() ? 0 : 1;
        }
        // Neither are they all refused at the door, nor harmless.
        assertTrue(changed > MUTATIONS / 4, changed + " mutations cost a row");
        assertTrue(withRows > MUTATIONS / 4, withRows + " mutations left a row");
    }

    private void onlyRefuses(byte[] record, int number) {
        try {
            reader.read(gunzip.bytes(), gunzip.read(record), new ArrayList<>());
        } catch (java.io.IOException e) {
            return;
        } catch (RuntimeException e) {
            throw new AssertionError("mutation " + number, e);
        }
    }

    /** @param where what is changed: the packed bytes, the envelope, a message, or the names of group and stream. */
    private byte[] mutated(int where) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            lines.add(Sample.random(random).line());
        }
        String group = "/aws/lambda/orders";
        String stream = "2026/01/05/[7]88ab";
        if (where == 2) {
            lines.set(1, mutated(lines.get(1)));
        } else if (where == 3) {
            group = random.nextBoolean() ? mutated(group) : group;
            stream = mutated(stream);
        }
        List<String> events = lines.stream().map(line -> event(1_767_607_200_123L, line)).toList();
        String json = envelope("DATA_MESSAGE", ACCOUNT_ID, group, stream, events);
        if (where == 1) {
            json = mutated(json);
        }
        byte[] record = gzip(json);
        return where == 0 ? mutated(record) : record;
    }

    private String mutated(String text) {
        int at = random.nextInt(text.length());
        int to = at + random.nextInt(Math.min(20, text.length() - at) + 1);
        String insertion = INSERTIONS.get(random.nextInt(INSERTIONS.size()));
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, at) + insertion + text.substring(at);
            case 1 -> text.substring(0, at) + insertion + text.substring(Math.min(text.length(), at + insertion.length()));
            case 2 -> text.substring(0, at) + text.substring(to);
            case 3 -> text.substring(0, to) + text.substring(at);
            case 4 -> text.substring(0, at);
            default -> text.substring(0, at) + (char) (text.charAt(at) ^ (1 << random.nextInt(7))) + text.substring(at + 1);
        };
    }

    private byte[] mutated(byte[] bytes) {
        byte[] changed = bytes.clone();
        switch (random.nextInt(3)) {
            case 0:
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                return changed;
            case 1:
                return Arrays.copyOf(changed, random.nextInt(changed.length));
            default:
                byte[] noise = Long.toString(random.nextLong()).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(noise, 0, changed, random.nextInt(changed.length - noise.length), noise.length);
                return changed;
        }
    }
}
