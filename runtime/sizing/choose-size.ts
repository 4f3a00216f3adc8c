/**
 * Which size pays, among those that have enough memory: the cheapest that keeps the function fast enough. A pure
 * decision; duration-model.ts says what is known of the durations.
 *
 * Lambda bills duration × memory at one price per GB-second, by the millisecond ("AWS Lambda Pricing"), so the cost of
 * an invocation is in proportion to size × duration.
 */
import type { DurationModel, Range } from "./duration-model";

/** Sizes whose cost (or duration) is this near to the best are as good: then the faster (or the smaller) one is taken. */
const AS_GOOD = 0.003;
/** Sizes that are tried lie this part of a size apart, at least 1 MB. */
const STEP = 0.01;
/** What a larger size must bring: an invocation in at most this part of the time. */
const FASTER = 0.8;
/** A size that is less than this part faster is not worth going back to. */
const NOTICEABLE = 0.03;

export interface SizeLimits {
  /** By how much an invocation may take longer than at the baseline, as a part of it; `off` looks at memory alone. */
  readonly maxSlowdown: number | "off";
  /** What a change down must save of an invocation's cost, as a part of it; later changes must save more. */
  readonly minSaving: number;
  /** By how much an invocation may become dearer to be at least 20% faster, as a part of its cost; 0 is never. */
  readonly speedUpCost: number;
}

export interface SizeQuestion {
  /** The least that the memory needs, in MB; with whatever else keeps a step down from going too far. */
  readonly floorMB: number;
  /** The most that may be set, in MB. */
  readonly ceilingMB: number;
  readonly liveMB: number;
  /** The size before the optimizer first changed the function, in MB: slowdowns are held against its duration. */
  readonly baselineMB: number;
  /** How often this code's size was changed already. */
  readonly changes: number;
  readonly model: DurationModel;
  readonly limits: SizeLimits;
}

/** What is foreseen for a size, each a quotient with the size named. */
export interface Forecast {
  /** Duration ÷ the baseline's duration. */
  readonly slowdown: Range;
  /** Duration ÷ the live size's duration. */
  readonly duration: Range;
  /** Cost of an invocation ÷ its cost at the live size. */
  readonly cost: Range;
}

export type SizeReason =
  /** Memory alone decides: more is needed than there is, or `maxSlowdown` is `off`. */
  | "memory"
  | "cheaper"
  | "faster"
  /** Back to the baseline: what was saved since is too little for the slowdown. */
  | "back-to-baseline"
  | "would-be-slower"
  | "saves-too-little";

export interface SizeChoice {
  /** In MB; the live size where nothing is to be changed. */
  readonly toMB: number;
  readonly reason: SizeReason;
  /** Of `toMB`, or of the memory's floor where nothing is to be changed. */
  readonly forecast: Forecast;
}

/** The size that pays. It is never below the floor, and never above the live size without saying why. */
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
 * Where to go back to from a size that proved too slow or too dear: the least size that is within the limit by what is
 * known now and still pays, or else the one that the function came from.
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
 * The fastest size above the live one that an invocation may become so much dearer for; undefined where none is at
 * least 20% faster for certain. A size of more than one vCPU counts as faster only once it was seen to be.
 *
 * @param dearer at most, as a part of the live size's cost and of the baseline's, so that it never adds up; 0 is never.
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
 * What a change must save, as a part of the cost. Each change costs cold starts, so that the third must save twice
 * what the first had to, the fourth three times that, and so on. Without CPU time a function is learnt by steps, and
 * half of them don't count.
 */
function savingAsked({ limits, changes, model }: SizeQuestion): number {
  return limits.minSaving * Math.max(1, model.knowsCpuTime ? changes : changes / 2);
}

/** What is foreseen for one size. */
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

/** Whether a function set to this size would go up again to be faster: then it isn't set to it. */
function isSpedUpFrom(question: SizeQuestion, liveMB: number): boolean {
  return fasterSize({ ...question, liveMB }, question.limits.speedUpCost) !== undefined;
}

/** Whether the function got slower since the baseline for next to no saving. */
function isBaselineBetter(question: SizeQuestion): boolean {
  const { baselineMB, liveMB, ceilingMB, limits } = question;
  if (baselineMB <= liveMB || baselineMB > ceilingMB) return false;
  const { duration, cost } = forecast(question, baselineMB);
  // Half the saving that a change down must bring: so that an estimate near it doesn't send the function to and fro.
  return duration.expected <= 1 - NOTICEABLE && cost.expected <= 1 + limits.minSaving / 2;
}

/** Sizes from the least up to below the most, and the most itself where that is larger: in MB, rising. */
function sizesBetween(leastMB: number, mostMB: number): number[] {
  const sizes: number[] = [];
  for (let size = leastMB; size < mostMB; size += Math.max(1, Math.floor(size * STEP))) sizes.push(size);
  return [...sizes, mostMB];
}
