/**
 * Tommy Ettinger's Mulberry32: a full-period 32-bit generator, small enough to be read.
 *
 * @param seed any number; its lower 32 bits count.
 * @returns a function whose every call gives the next number, from 0 to below 1.
 */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
