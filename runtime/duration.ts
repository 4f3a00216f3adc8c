/** Durations as config writes them: a whole number and one unit, `90s`, `15m`, `6h` or `14d`. */
const MS_PER_UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const MS_PER_DAY = MS_PER_UNIT.d;

/** A regular expression for JavaScript and Java; its groups are the number and the unit. */
export const DURATION_GRAMMAR = "([0-9]{1,9})([smhd])";

const WHOLE_TEXT = new RegExp(`^${DURATION_GRAMMAR}$`);

/**
 * The length of a duration in milliseconds, or undefined if the text isn't one.
 *
 * @param text such as `90s`, `15m`, `6h`, `14d`.
 */
export function durationMs(text: string): number | undefined {
  const match = WHOLE_TEXT.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * MS_PER_UNIT[match[2] as keyof typeof MS_PER_UNIT];
}
