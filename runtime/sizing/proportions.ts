/** Whether a proportion rose, by counts: 3 errors in 10 invocations are another thing than 300,000 in a million. */

/** How unlikely the counts must be if nothing got worse; each day is another look. */
const CHANCE = 0.001;
/** Up to this count the sum is exact; above it the normal distribution is close enough. */
const EXACT_UP_TO = 1_000;

/** A count, and of how many. */
export type Proportion = readonly [count: number, of: number];

/**
 * Whether a proportion grew by more than a part of itself, beyond chance.
 *
 * If it didn't, the events split between both periods as the invocations do, those after weighted with what may be
 * more: the later count is binomial, given both together (Przyborowski and Wilenski's test of two rates).
 *
 * @param limit the part; 0.1 lets a proportion of 10% become 11%.
 */
export function roseBeyond(limit: number, before: Proportion, after: Proportion): boolean {
  const [countBefore, ofBefore] = before;
  const [countAfter, ofAfter] = after;
  if (countAfter === 0 || ofBefore <= 0 || ofAfter <= 0) return false;
  const weightAfter = ofAfter * (1 + limit);
  const chance = weightAfter / (ofBefore + weightAfter);
  return atLeast(Math.round(countAfter), Math.round(countBefore) + Math.round(countAfter), chance) < CHANCE;
}

/** The probability of at least `count` successes in `trials`. */
function atLeast(count: number, trials: number, chance: number): number {
  if (trials > EXACT_UP_TO) {
    const deviation = Math.sqrt(trials * chance * (1 - chance));
    return normalTail((count - 0.5 - trials * chance) / deviation);
  }
  let logTerm = 0;
  for (let i = 1; i <= count; i += 1) logTerm += Math.log((trials - count + i) / i);
  logTerm += count * Math.log(chance) + (trials - count) * Math.log1p(-chance);
  let [term, total] = [Math.exp(logTerm), 0];
  for (let k = count; k <= trials; k += 1) {
    total += term;
    term *= ((trials - k) / (k + 1)) * (chance / (1 - chance));
  }
  return total;
}

/** The standard normal distribution beyond z, within 1e-7 (Abramowitz and Stegun, 26.2.17). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
