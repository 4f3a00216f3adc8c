/** Tests whether something happens more often than before, given how many invocations are behind each figure. */

/** How often something happened, and in how many invocations. */
export interface Rate {
  readonly count: number;
  readonly of: number;
}

/** Chance alone passes for a rise in at most one of a thousand windows. */
const SIGNIFICANCE = 0.001;
/** Fewer occurrences than this prove nothing, however rare they were before. */
const LEAST_COUNT = 3;

/**
 * Whether the rate has grown by more than a tolerated fraction.
 *
 * This is the exact conditional test for the ratio of two Poisson rates (Przyborowski and Wilenski, Biometrika 1940).
 * Given the total count, the count after the change is binomially distributed. The test computes the probability of a
 * count at least as high as the one seen, for a rate that has grown by exactly the tolerated fraction.
 *
 * @param tolerated 0.1 for a tenth.
 */
export function isMoreFrequent(before: Rate, after: Rate, tolerated: number): boolean {
  if (after.count < LEAST_COUNT) return false;
  const share = (after.of * (1 + tolerated)) / (after.of * (1 + tolerated) + before.of);
  return binomialTail(after.count, before.count + after.count, share) <= SIGNIFICANCE;
}

/**
 * The probability that at least `successes` of `trials` succeed; 1 if that many are to be expected anyway.
 *
 * @param probability of each to succeed, more than 0 and less than 1.
 */
function binomialTail(successes: number, trials: number, probability: number): number {
  if (successes <= trials * probability) return 1;
  const logFirst =
    logFactorial(trials) -
    logFactorial(successes) -
    logFactorial(trials - successes) +
    successes * Math.log(probability) +
    (trials - successes) * Math.log1p(-probability);
  // Above the mean, each term is smaller than the one before it.
  let sum = 1;
  let term = 1;
  for (let k = successes; k < trials && term > sum * 1e-12; k++) {
    term *= ((trials - k) / (k + 1)) * (probability / (1 - probability));
    sum += term;
  }
  return Math.exp(logFirst + Math.log(sum));
}

/** ln n!, by Stirling's series from 20 up. */
function logFactorial(n: number): number {
  if (n >= 20) return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
  let log = 0;
  for (let k = 2; k <= n; k++) log += Math.log(k);
  return log;
}
