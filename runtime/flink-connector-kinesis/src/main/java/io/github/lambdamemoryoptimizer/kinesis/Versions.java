package io.github.lambdamemoryoptimizer.kinesis;

import java.io.IOException;

/** Refuses state in a format version that this connector doesn't write. */
final class Versions {
    private Versions() {}

    static void check(String what, int found, int known) throws IOException {
        if (found != known) {
            throw new IOException("The state's %s has version %d; this connector reads version %d only."
                    .formatted(what, found, known));
        }
    }
}
