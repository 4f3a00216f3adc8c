/**
 * Keeps the heap small. V8 flags on node's command line, even a heap limit, would make Node discard its built-in code
 * cache, which makes every start slower by a quarter of a bare node's. The listener, the fold and the flush each bound
 * what they hold.
 */
import type * as V8 from "node:v8";

/** About ten times what is normal. At V8's own limit the process would end, and break the function. */
const MAX_HEAP_BYTES = 64 * 1024 * 1024;

/** Whether the heap is so large that something must be wrong. */
export function isHeapTooLarge(): boolean {
  return heapBytes(loadV8()) > MAX_HEAP_BYTES;
}

/**
 * - The young generation stays at its first size, twice 1 MB. Garbage alone would make it grow to 16 MB.
 * - The compilers are off: code that runs a few times a second isn't worth their memory.
 * - Regular expressions stay bytecode. The one with which Node recognizes IPv6 addresses, used on every host name,
 *   would become 0.2 MB of machine code. From Node 24 on they are compiled to machine code at once instead, because V8
 *   there regenerates the bytecode at each use, which takes 2 ms.
 */
const FLAGS = [
  "--semi-space-growth-factor=1",
  "--no-opt",
  "--no-sparkplug",
  parseInt(process.versions.node) < 24 ? "--regexp-interpret-all" : "--no-regexp-tier-up",
];

/** Call it right after the first `/next`. */
export function keepHeapSmall(): void {
  const v8 = loadV8();
  for (const flag of FLAGS) v8.setFlagsFromString(flag);
}

/** Arrays of 8 KB: more garbage than the young generation holds. */
const MOST_ARRAYS = 400;

/**
 * Makes V8 collect its whole heap, which takes some milliseconds. By itself it would collect only the young generation,
 * and keep the garbage of the start until the sandbox ends. Exposing `gc` would need a context of its own, which takes
 * more memory than this saves.
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

/** Like `process.memoryUsage().heapUsed`, which would also read /proc. */
function heapBytes(v8: typeof V8): number {
  return v8.getHeapStatistics().used_heap_size;
}

function loadV8(): typeof V8 {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late on purpose
  return require("node:v8") as typeof V8;
}
