const MS_PER_TICK = 10;

/**
 * /proc/stat of a machine that used this much CPU time, all in user mode, in ticks of 10 ms like the kernel's. Its
 * length is fixed, so that a reader never sees half of it while it is overwritten in place.
 */
export function statLine(usedMs: number): string {
  return `cpu  ${Math.floor(usedMs / MS_PER_TICK)} 0 0 0 0 0 0 0 0 0\n`.padEnd(64);
}
