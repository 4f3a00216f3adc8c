/**
 * Tommy Ettinger's Mulberry32, a small 32-bit generator of pseudo-random numbers with a full period.
 *
 * @param seed any number; the lower 32 bits are used.
 * @returns a function that returns the next number at each call, from 0 to below 1.
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
