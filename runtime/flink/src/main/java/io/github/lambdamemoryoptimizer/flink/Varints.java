package io.github.lambdamemoryoptimizer.flink;

import java.nio.ByteBuffer;

/** Non-negative numbers with seven bits to a byte: small ones take little room in state. */
final class Varints {
    static final int MAX_BYTES = 10;

    private Varints() {}

    static void write(ByteBuffer buffer, long number) {
        long rest = number;
        for (; rest > 0x7f; rest >>>= 7) {
            buffer.put((byte) (rest & 0x7f | 0x80));
        }
        buffer.put((byte) rest);
    }

    static long read(ByteBuffer buffer) {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }
}
