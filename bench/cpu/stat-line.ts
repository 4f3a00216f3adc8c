const MS_PER_TICK = 10;

/**
 * /proc/stat of a machine that used as much CPU time, all of it in user mode, in ticks of 10 ms as the kernel counts
 * them. Always as long, so that a reader never sees half of it while it is overwritten in place.
 */
export function statLine(usedMs: number): string {
  return `cpu  ${Math.floor(usedMs / MS_PER_TICK)} 0 0 0 0 0 0 0 0 0\n`.padEnd(64);
}
