/**
 * Keeps the heap small. Not by flags on node's command line: any V8 flag there, a limit on the heap too, has Node throw
 * away the code that it has compiled in, which costs every start a quarter of a bare node's. What the layer holds is
 * bounded by what holds it: the listener's bodies, the fold's entries, the flush's pending records.
 */
import type * as V8 from "node:v8";

/** Some ten times what is normal. V8's own limit would end the process that reaches it, and with it the function. */
const MAX_HEAP_BYTES = 64 * 1024 * 1024;

/** Whether so much is on the heap that something must be wrong. */
export function isHeapTooLarge(): boolean {
  return heapBytes(loadV8()) > MAX_HEAP_BYTES;
}

/**
 * - The young generation stays at its first size, 1 MB twice; it would grow to 16 MB on nothing but garbage.
 * - What runs a few times a second is not worth a compiler's memory.
 * - Regular expressions are compiled once, not to bytecode first and to machine code later. The one by which Node tells
 *   an IPv6 address, asked of every host name, makes 0.2 MB of machine code, so bytecode has to do; but from Node 24 on
 *   V8 would make that anew, in 2 ms, at each use.
 */
const FLAGS = [
  "--semi-space-growth-factor=1",
  "--no-opt",
  "--no-sparkplug",
  parseInt(process.versions.node) < 24 ? "--regexp-interpret-all" : "--no-regexp-tier-up",
];

/** To be called before anything is done that may wait until after the first `/next`. */
export function keepHeapSmall(): void {
  const v8 = loadV8();
  for (const flag of FLAGS) v8.setFlagsFromString(flag);
}

/** More garbage, in arrays of 8 KB, than the young generation holds. */
const MOST_ARRAYS = 400;

/**
 * Has V8 collect all of its heap, which takes some milliseconds. Of its own accord it would only look at the young
 * generation, and keep what loading left behind to the sandbox's end. A `gc` function would need a context of its own,
 * which weighs more than this saves.
 */
export function collectGarbage(): void {
  const v8 = loadV8();
  v8.setFlagsFromString("--gc-global");
  let before = 0;
  for (let array = 0; array < MOST_ARRAYS; array += 1) {
    const now = heapBytes(v8);
    if (now < before) break;
    before = now;
    new Array(1_000).fill(0);
  }
  v8.setFlagsFromString("--no-gc-global");
}

/** As in `process.memoryUsage()`, which would also read /proc. */
function heapBytes(v8: typeof V8): number {
  return v8.getHeapStatistics().used_heap_size;
}

function loadV8(): typeof V8 {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- that it loads late is the point
  return require("node:v8") as typeof V8;
}
