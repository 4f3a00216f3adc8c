/**
 * Everything that a user may tune, written once: the stack config's keys, their defaults, units and limits.
 * `pulumi config`, the one-machine run's `--set` and the updater all read their values through `parseSettings`.
 */
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB } from "./contract";
import { durationMs, MS_PER_DAY } from "./duration";
import { parseMinChange } from "./min-change";

const MAX_DURATION_MS = 366 * MS_PER_DAY;

/** One tunable value. */
interface Setting<T> {
  readonly default: T;
  /** What it means, with its unit; one sentence, shown by `--help` and in Pulumi.yaml. */
  readonly description: string;
  /** What is allowed, as the end of a sentence that starts with "it must be". */
  readonly allowed: string;
  /** The value that a text (or a number, from a program) stands for, or undefined where it isn't allowed. */
  readonly parse: (value: string | number) => T | undefined;
}

function oneOf<const T extends string>(
  values: readonly T[],
  fallback: NoInfer<T>,
  description: string,
): Setting<T> {
  return {
    default: fallback,
    description,
    allowed: values.length === 1 ? `${values[0] ?? ""}` : `one of ${values.join(", ")}`,
    parse: (value) => values.find((allowed) => allowed === value),
  };
}

function duration(fallback: string, description: string, { zero = false } = {}): Setting<string> {
  return {
    default: fallback,
    description,
    allowed: `a duration from ${zero ? "0s" : "1s"} to 366d, such as 90s, 15m, 6h or 14d`,
    parse: (value) => {
      const ms = durationMs(String(value));
      return ms === undefined || (ms === 0 && !zero) || ms > MAX_DURATION_MS ? undefined : String(value);
    },
  };
}

function numberWithin(
  [min, max]: readonly [number, number],
  fallback: number,
  description: string,
  { integer = false } = {},
): Setting<number> {
  return {
    default: fallback,
    description,
    allowed: `a ${integer ? "whole " : ""}number from ${min} to ${max}`,
    parse: (value) => {
      const number = decimal(value);
      return number >= min && number <= max && (!integer || Number.isInteger(number)) ? number : undefined;
    },
  };
}

/**
 * The number that a value stands for, rounded to nine decimals, or NaN: 0.1 + 0.05 is a hair more than 0.15. The Flink
 * job reads numbers by the same rule (JobParameters.java).
 */
function decimal(value: string | number): number {
  const isNumber = /^\d{1,10}(\.\d{1,30})?([eE]-?\d{1,3})?$/.test(String(value));
  return isNumber ? Math.round(Number(value) * 1e9) / 1e9 : NaN;
}

const integerWithin: typeof numberWithin = (range, fallback, description) =>
  numberWithin(range, fallback, description, { integer: true });

function text(
  fallback: string,
  allowed: string,
  isAllowed: (value: string) => boolean,
  description: string,
): Setting<string> {
  return {
    default: fallback,
    description,
    allowed,
    parse: (value) => (isAllowed(String(value)) ? String(value) : undefined),
  };
}

/** Every key of the stack config that shapes a size or an update. */
export const SETTINGS = {
  windowType: oneOf(
    ["tumbling", "session", "sliding", "per-function"],
    "tumbling",
    "How a function's telemetry is cut into windows: at fixed times for all, by its silences, sliding, or from its own first report.",
  ),
  windowLength: duration("14d", "How much history a size rests on; not for session."),
  bucketLength: duration(
    "1d",
    "The length of a bucket, whose highest value counts; shorter than a day for a dev stack.",
  ),
  sessionGap: duration("3d", "session: how long a function must be silent for its window to end."),
  slide: duration("1d", "sliding: how often a fresh size is worked out."),
  lateness: duration("1h", "How long a window waits for late reports.", { zero: true }),
  idleTimeout: duration(
    "60s",
    "How long a shard of the telemetry stream may be silent before event time no longer waits for it.",
  ),
  maxClockSkew: duration(
    "1h",
    "How far ahead of its arrival on the stream a record's time may be, at most lateness; what is further ahead is not used.",
    { zero: true },
  ),
  sizing: oneOf(
    ["average", "average-above-peak", "peak", "percentile"],
    "average-above-peak",
    "How a size follows from the daily peaks: their average plus bufferMB, that but never below the highest peak times 1 + peakMargin, the latter alone, or their percentile times 1 + peakMargin.",
  ),
  sizingPercentile: numberWithin(
    [0, 100],
    95,
    "percentile: which percentile of the daily peaks, from 0 to 100 (95 is p95).",
  ),
  bufferMB: integerWithin(
    [0, LAMBDA_MAX_MEMORY_MB],
    100,
    "What is added to the average of the daily peaks, in MB.",
  ),
  peakMargin: numberWithin(
    [0, 10],
    0.15,
    "What is added to the highest peak (or the percentile), as a part of it (0.15 is 15%).",
  ),
  pressureStep: numberWithin(
    [0, 10],
    0.25,
    "What a function at its cap or out of memory gets at once, as a part of its size (0.25 is 25%), and at least bufferMB.",
  ),
  pressureInterval: duration(
    "60s",
    "How long further records of a function at its cap, of the same version and size, are left out after the first was sent; 0s sends them all.",
    { zero: true },
  ),
  minActiveDays: integerWithin(
    [1, 366],
    1,
    "How many buckets (days, by default) of a window must have telemetry for a size to be recommended.",
  ),
  minInvocations: integerWithin(
    [1, 1_000_000_000],
    1,
    "How many invocations a window must have for a size to be recommended.",
  ),
  minMemoryMB: integerWithin(
    [LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB],
    LAMBDA_MIN_MEMORY_MB,
    "The smallest size ever set, in MB.",
  ),
  maxMemoryMB: integerWithin(
    [LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB],
    LAMBDA_MAX_MEMORY_MB,
    "The largest size ever set, in MB.",
  ),
  updateMode: oneOf(
    ["apply", "recommend"],
    "apply",
    "apply changes functions; recommend only says what it would change.",
  ),
  allowedFunctionArns: text(
    "*",
    "Lambda function ARNs, separated by commas, in which * stands for any text and ? for one character",
    (value) => /^[A-Za-z0-9:_*?-]+(,[A-Za-z0-9:_*?-]+)*$/.test(value),
    "Which functions may be changed, by patterns of their unqualified ARNs.",
  ),
  minChange: text(
    "32MB,5%",
    "megabytes (32MB), a percentage of the live size (5%), or both, of which the greater counts (32MB,5%)",
    (value) => parseMinChange(value) !== undefined,
    "A change smaller than this is not made.",
  ),
  maxStepDown: numberWithin(
    [0.01, 1],
    0.5,
    "The most that one change takes away, as a part of the live size (0.5 is 50%).",
  ),
  cooldown: duration("24h", "How long after a change a function's memory is not lowered again.", {
    zero: true,
  }),
  regressionLimit: numberWithin(
    [0, 10],
    0.1,
    "By how much the billed GB-seconds per invocation may grow after a change down before it is taken back (0.1 is 10%); any out-of-memory takes it back, too.",
  ),
  updatesPerSecond: numberWithin(
    [0.1, 100],
    2,
    "The most control-plane calls a second; an account has 15 for everybody, and 100 more that only read.",
  ),
  aliasName: text(
    "",
    "an alias's name (letters, digits, - and _), or empty for none",
    (value) => value === "" || /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/.test(value),
    "The alias that traffic goes through, where functions are published: a new version is published and the alias moved to it.",
  ),
  retryFor: duration(
    "1h",
    "How long a recommendation that can't be settled is tried again before it goes to the dead-letter queue.",
  ),
} as const satisfies Record<string, Setting<string> | Setting<number>>;

export type SettingKey = keyof typeof SETTINGS;
export type Settings = {
  readonly [K in SettingKey]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/** A value that can't be used; the message is one sentence that names the key, the value and what is allowed. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/**
 * The settings that the given values stand for, defaults filled in.
 *
 * @param values by key, as texts (stack config, `--set`) or numbers; undefined means the default.
 * @throws SettingError for an unknown key, a value out of its range, or values that don't go together.
 */
export function parseSettings(values: Readonly<Record<string, string | number | undefined>> = {}): Settings {
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(SETTINGS, key)) {
      throw new SettingError(
        `${key} is not a setting; it must be one of ${Object.keys(SETTINGS).join(", ")}.`,
      );
    }
  }
  const settings = Object.fromEntries(
    Object.entries(SETTINGS).map(([key, setting]) => [key, parseOne(key, setting, values[key])]),
  ) as Settings;
  checkTogether(settings);
  return settings;
}

function parseOne(
  key: string,
  setting: Setting<string> | Setting<number>,
  value: string | number | undefined,
) {
  if (value === undefined) return setting.default;
  const parsed = setting.parse(value);
  if (parsed === undefined)
    throw new SettingError(`${key} is ${JSON.stringify(value)}; it must be ${setting.allowed}.`);
  return parsed;
}

/** Which duration must be a whole multiple of which, by window type. */
const MULTIPLES: Readonly<
  Record<Settings["windowType"], readonly (readonly ["windowLength" | "slide", "bucketLength" | "slide"])[]>
> = {
  tumbling: [["windowLength", "bucketLength"]],
  session: [],
  sliding: [
    ["slide", "bucketLength"],
    ["windowLength", "slide"],
  ],
  "per-function": [["windowLength", "bucketLength"]],
};

function checkTogether(settings: Settings): void {
  const { windowType, minMemoryMB, maxMemoryMB } = settings;
  for (const [whole, part] of MULTIPLES[windowType]) {
    if ((durationMs(settings[whole]) ?? 0) % (durationMs(settings[part]) ?? 0) !== 0) {
      throw new SettingError(
        `${whole} is ${settings[whole]}; it must be a whole multiple of ${part}, which is ${settings[part]}.`,
      );
    }
  }
  const { maxClockSkew, lateness } = settings;
  if ((durationMs(maxClockSkew) ?? 0) > (durationMs(lateness) ?? 0)) {
    throw new SettingError(
      `maxClockSkew is ${maxClockSkew}; it must be at most lateness, which is ${lateness}.`,
    );
  }
  if (minMemoryMB > maxMemoryMB) {
    throw new SettingError(
      `minMemoryMB is ${minMemoryMB}; it must be at most maxMemoryMB, which is ${maxMemoryMB}.`,
    );
  }
}
