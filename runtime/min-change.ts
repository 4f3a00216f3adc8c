/** The least change worth making, as config writes it: megabytes (`32MB`), a percentage (`5%`) or both (`32MB,5%`). */
export interface MinChange {
  readonly megabytes: number;
  /** Of the live size: 0.05 is 5%. */
  readonly part: number;
}

/**
 * What a text stands for, or undefined where it isn't allowed.
 *
 * @param text `32MB`, `5%` or `32MB,5%`; `0MB` lets every change through.
 */
export function parseMinChange(text: string): MinChange | undefined {
  const match = /^(?:(\d{1,5})MB)?(?:(?:^|(?<=MB),)(\d{1,2}(?:\.\d{1,3})?)%)?$/.exec(text);
  if (!match || text === "") return undefined;
  return { megabytes: Number(match[1] ?? 0), part: Number(match[2] ?? 0) / 100 };
}

/** The least change, in MB, from a live size: the greater of the two. */
export function minChangeMB({ megabytes, part }: MinChange, memorySizeMB: number): number {
  return Math.max(megabytes, part * memorySizeMB);
}
