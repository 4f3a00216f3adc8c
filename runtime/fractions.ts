/**
 * Fractions of memory sizes in whole billionths, so that every size is computed in whole numbers and rounding up is
 * exact, as with the Flink job's DECIMALs.
 */

/** Settings have at most nine decimal places. */
export const BILLION = 1_000_000_000;

/** A whole number of MB times (1 + fraction), rounded up. */
export function plusFraction(megabytes: number, fraction: number): number {
  return ceilDivide(megabytes * (BILLION + billionths(fraction)), BILLION);
}

export function billionths(value: number): number {
  return Math.round(value * BILLION);
}

/** For whole numbers that aren't negative. */
export function ceilDivide(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
}
