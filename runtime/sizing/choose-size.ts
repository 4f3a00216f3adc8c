/**
 * Decides which size pays among those with enough memory: the cheapest that keeps the function fast enough. Pure;
 * duration-model.ts predicts the durations.
 *
 * Lambda bills duration × memory at one price per GB-second, by the millisecond ("AWS Lambda Pricing"), so the cost of
 * an invocation is in proportion to size × duration.
 */
import type { DurationModel, Range } from "./duration-model";

/**
 * Sizes whose cost (or duration) is this near to the best count as equal. The faster (or the smaller) of them is taken.
 */
const AS_GOOD = 0.003;
/** The distance between the sizes that are tried, as a fraction of the size; at least 1 MB. */
const STEP = 0.01;
/** A larger size must cut an invocation's duration to at most this fraction. */
const FASTER = 0.8;
/** A size that is faster by less than this fraction is not worth going back to. */
const NOTICEABLE = 0.03;

export interface SizeLimits {
  /** How much longer an invocation may take than at the baseline, as a fraction; `off` looks at memory alone. */
  readonly maxSlowdown: number | "off";
  /** The fraction of an invocation's cost that a change down must save; later changes must save more. */
  readonly minSaving: number;
  /** How much more an invocation may cost to be at least 20% faster, as a fraction of its cost; 0 is never. */
  readonly speedUpCost: number;
}

export interface SizeQuestion {
  /** The smallest size allowed, in MB: what the memory needs, and the limit of a step down. */
  readonly floorMB: number;
  /** The largest size allowed, in MB. */
  readonly ceilingMB: number;
  readonly liveMB: number;
  /** The size before the optimizer first changed the function, in MB. Slowdowns are relative to the duration there. */
  readonly baselineMB: number;
  /** How often this code's size has been changed. */
  readonly changes: number;
  readonly model: DurationModel;
  readonly limits: SizeLimits;
}

/** The forecast for a size. Each figure is a ratio to the size named. */
export interface Forecast {
  /** Duration ÷ the baseline's duration. */
  readonly slowdown: Range;
  /** Duration ÷ the live size's duration. */
  readonly duration: Range;
  /** Cost of an invocation ÷ its cost at the live size. */
  readonly cost: Range;
}

export type SizeReason =
  /** Memory alone decides: the function needs more than it has, or `maxSlowdown` is `off`. */
  | "memory"
  | "cheaper"
  | "faster"
  /** Back to the baseline: the saving since is too small for the slowdown. */
  | "back-to-baseline"
  | "would-be-slower"
  | "saves-too-little";

export interface SizeChoice {
  /** In MB; the live size if nothing is to be changed. */
  readonly toMB: number;
  readonly reason: SizeReason;
  /** For `toMB`, or for the floor if nothing is to be changed. */
  readonly forecast: Forecast;
}

/** Chooses the size that pays. It is never below the floor, and above the live size only with a reason. */
export function chooseSize(question: SizeQuestion): SizeChoice {
  const { floorMB, liveMB, limits } = question;
  const choice = (toMB: number, reason: SizeReason, of = toMB): SizeChoice => ({
    toMB,
    reason,
    forecast: forecast(question, of),
  });
  if (floorMB >= liveMB || limits.maxSlowdown === "off") return choice(floorMB, "memory");

  const faster = fasterSize(question, limits.speedUpCost);
  if (faster !== undefined) return choice(faster, "faster");
  const { maxSlowdown } = limits;
  const minSaving = savingAsked(question);
  const cheaper = sizesBetween(floorMB, liveMB)
    .map((toMB) => ({ toMB, ...forecast(question, toMB) }))
    .filter(({ cost }) => (cost.expected + cost.least) / 2 <= 1 - minSaving);
  const paying = cheaper.filter(
    ({ toMB, slowdown }) => slowdown.most <= 1 + maxSlowdown && !isSpedUpFrom(question, toMB),
  );
  const least = Math.min(...paying.map(({ cost }) => cost.expected));
  const best = paying.findLast(({ cost }) => cost.expected <= least * (1 + AS_GOOD));
  if (best) return choice(best.toMB, "cheaper");
  if (isBaselineBetter(question)) {
    return choice(question.baselineMB, "back-to-baseline");
  }
  return choice(liveMB, cheaper.length > 0 ? "would-be-slower" : "saves-too-little", floorMB);
}

/**
 * The size to go back to from one that proved too slow or too expensive: the smallest that is now known to be within
 * the limit and still pays, or else the one that the function came from.
 */
export function sizeToGoBackTo(question: SizeQuestion, fromMB: number): number {
  const { floorMB, liveMB, model } = question;
  const { maxSlowdown, minSaving } = question.limits;
  const between = maxSlowdown === "off" ? [] : sizesBetween(Math.max(liveMB + 1, floorMB), fromMB);
  const within = between.find(
    (toMB) =>
      forecast(question, toMB).slowdown.most <= 1 + Number(maxSlowdown) &&
      (model.slowdown(fromMB, toMB).expected * toMB) / fromMB <= 1 - minSaving,
  );
  return Math.max(within ?? fromMB, floorMB);
}

/**
 * The fastest size above the live one within the allowed extra cost; undefined if none is certain to be at least 20%
 * faster. A size of more than one vCPU counts as faster only once that was measured.
 *
 * @param dearer the most extra cost, as a fraction of the live size's and of the baseline's, so that it never adds up;
 *   0 is never.
 */
export function fasterSize(
  question: Omit<SizeQuestion, "limits" | "floorMB">,
  dearer: number,
): number | undefined {
  const { liveMB, ceilingMB, baselineMB } = question;
  if (dearer === 0 || ceilingMB <= liveMB) return undefined;
  const allowed = sizesBetween(liveMB, ceilingMB)
    .map((toMB) => ({ toMB, ...forecast(question, toMB) }))
    .filter(
      ({ toMB, slowdown, duration, cost }) =>
        duration.most <= FASTER &&
        cost.most <= 1 + dearer &&
        (slowdown.most * toMB) / baselineMB <= 1 + dearer,
    );
  const fastest = Math.min(...allowed.map(({ duration }) => duration.most));
  return allowed.find(({ duration }) => duration.most <= fastest * (1 + AS_GOOD))?.toMB;
}

/**
 * What a change must save, as a fraction of the cost. Each change costs cold starts, so the third must save twice what
 * the first had to, the fourth three times that, and so on. Without CPU time the updater learns a function step by
 * step, and half of the steps don't count.
 */
function savingAsked({ limits, changes, model }: SizeQuestion): number {
  return limits.minSaving * Math.max(1, model.knowsCpuTime ? changes : changes / 2);
}

/** The forecast for one size. */
export function forecast(
  { baselineMB, liveMB, model }: Pick<SizeQuestion, "baselineMB" | "liveMB" | "model">,
  toMB: number,
): Forecast {
  const duration = model.slowdown(liveMB, toMB);
  const price = toMB / liveMB;
  return {
    slowdown: model.slowdown(baselineMB, toMB),
    duration,
    cost: {
      expected: duration.expected * price,
      least: duration.least * price,
      most: duration.most * price,
    },
  };
}

/** Whether a function set to this size would go up again to be faster. If so, it isn't set to this size. */
function isSpedUpFrom(question: SizeQuestion, liveMB: number): boolean {
  return fasterSize({ ...question, liveMB }, question.limits.speedUpCost) !== undefined;
}

/** Whether the function got slower since the baseline for next to no saving. */
function isBaselineBetter(question: SizeQuestion): boolean {
  const { baselineMB, liveMB, ceilingMB, limits } = question;
  if (baselineMB <= liveMB || baselineMB > ceilingMB) return false;
  const { duration, cost } = forecast(question, baselineMB);
  // Half the saving that a change down must bring: an estimate near the limit must not move the function to and fro.
  return duration.expected <= 1 - NOTICEABLE && cost.expected <= 1 + limits.minSaving / 2;
}

/** Sizes from `leastMB` up, in ascending order; `mostMB` is the last one if it is larger than `leastMB`. */
function sizesBetween(leastMB: number, mostMB: number): number[] {
  const sizes: number[] = [];
  for (let size = leastMB; size < mostMB; size += Math.max(1, Math.floor(size * STEP))) sizes.push(size);
  return [...sizes, mostMB];
}
