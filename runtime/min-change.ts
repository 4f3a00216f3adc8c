/**
 * The smallest change worth making, as config writes it: megabytes (`32MB`), a percentage (`5%`) or both (`32MB,5%`).
 */
export interface MinChange {
  readonly megabytes: number;
  /** Of the live size: 0.05 is 5%. */
  readonly fraction: number;
}

/**
 * The change that a text stands for, or undefined if the text isn't allowed.
 *
 * @param text `32MB`, `5%` or `32MB,5%`; `0MB` lets every change through.
 */
export function parseMinChange(text: string): MinChange | undefined {
  const match = /^(?:(\d{1,5})MB)?(?:(?:^|(?<=MB),)(\d{1,2}(?:\.\d{1,3})?)%)?$/.exec(text);
  if (!match || text === "") return undefined;
  return { megabytes: Number(match[1] ?? 0), fraction: Number(match[2] ?? 0) / 100 };
}

/** The smallest change from a live size, in MB: the greater of the two. */
export function minChangeMB({ megabytes, fraction }: MinChange, memorySizeMB: number): number {
  return Math.max(megabytes, fraction * memorySizeMB);
}
