package io.github.lambdamemoryoptimizer.cloudwatchlogs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip into one buffer that is used again and again. */
final class Gunzip {
    /**
     * What a record may unpack to. CloudWatch Logs takes at most 10,000 events and 1 MiB in a batch ("PutLogEvents",
     * CloudWatch Logs API Reference); with JSON's escapes (6 characters for 1) and 200 bytes around each event that
     * makes 8 MiB. Gzip could unpack a record of 1 MiB to 1 GiB.
     */
    static final int MAX_BYTES = 16 << 20;

    private static final int FIRST_BYTES = 64 << 10;
    /** Gzip's input buffer: 512 bytes by default, which means as many calls of zlib. */
    private static final int INPUT_BYTES = 8 << 10;

    private byte[] bytes = new byte[FIRST_BYTES];

    /** What {@link #read} unpacked; valid until it is called again. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Unpacks all of it, so that its checksum has been held against it before any of it is used.
     *
     * @return how many of {@link #bytes} it is.
     * @throws IOException if it is no gzip, damaged, cut off, or more than {@link #MAX_BYTES}.
     */
    int read(byte[] gzip) throws IOException {
        int length = 0;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip), INPUT_BYTES)) {
            for (; ; ) {
                if (length == bytes.length) {
                    if (length == MAX_BYTES) {
                        if (in.read() >= 0) {
                            throw new IOException("The record unpacks to more than " + MAX_BYTES + " bytes.");
                        }
                        return length;
                    }
                    bytes = Arrays.copyOf(bytes, Math.min(MAX_BYTES, 2 * length));
                }
                int read = in.read(bytes, length, bytes.length - length);
                if (read < 0) {
                    return length;
                }
                length += read;
            }
        }
    }
}
