/** A fleet that reacts, as `--fleet FILE.json` describes it: its shape, its limits, and the error sentences. */
import fs from "node:fs";
import { z } from "zod";
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { WHOLE_FUNCTION_NAME } from "../../runtime/function-arns";
import { InputError } from "../input/read";

/** Twelve months of 31 days, more than the longest window. */
const MAX_DAYS = 372;
const MAX_MILLISECONDS = 900_000;

const within = (min: number, max: number, what = "a number") =>
  z
    .number({ error: `must be ${what} from ${min} to ${max}` })
    .min(min, {
      error: `must be ${what} from ${min} to ${max}`,
    })
    .max(max, { error: `must be ${what} from ${min} to ${max}` });
const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const invocations = whole(0, 1_000_000);
const usedMB = within(1, 65_536, "a number of MB");
const milliseconds = within(0, MAX_MILLISECONDS, "a number of milliseconds");

/** wait + cpu × max(1, 1769 × threads / size), in milliseconds: at 1,769 MB a function has one whole core. */
const durationModel = z.strictObject({
  waitMs: milliseconds,
  cpuMs: milliseconds,
  threads: within(0.1, 6).default(1),
});
/** Milliseconds by memory size in MB. */
const durationTable = z
  .record(z.string().regex(/^[1-9]\d{0,4}$/, { error: "must be a memory size in MB" }), milliseconds)
  .refine((table) => Object.keys(table).length > 0, { error: "must name at least one memory size" });

const functionSchema = z.strictObject(
  {
    functionName: z
      .string({ error: "must be a function's name" })
      .regex(WHOLE_FUNCTION_NAME, { error: "must be 1 to 64 letters, digits, hyphens or underscores" }),
    memorySizeMB: whole(LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB),
    /** The number for every day, or a list with one for each day. */
    invocationsPerDay: z.union([invocations, z.array(invocations).min(1)], {
      error: "must be a whole number from 0 to 1000000, or a list of them, one a day",
    }),
    /** How many real invocations each of them stands for, so that a busy function needn't be played call by call. */
    weight: whole(1, 1_000_000).default(1),
    /** The memory that an invocation wants, or a list with one value for each day. */
    usedMB: z.union([usedMB, z.array(usedMB).min(1)], {
      error: "must be a number of MB from 1 to 65536, or a list of them, one a day",
    }),
    /** How far invocations differ from that, as a fraction: 0.05 is ±5%. */
    usedSpread: within(0, 1).default(0),
    duration: z.union([durationModel, durationTable], {
      error:
        'must be {"waitMs", "cpuMs", "threads"} in milliseconds, or milliseconds by memory size, such as {"128": 954}',
    }),
    durationSpread: within(0, 1).default(0),
    errorRate: within(0, 1).default(0),
    /** Determines its price. */
    architecture: z.enum(["x86_64", "arm64"], { error: "must be x86_64 or arm64" }).default("x86_64"),
    /** Whether its layer can read the CPU time. */
    /** How it joins: through the layer, or through its log. */
    via: z.enum(["layer", "logs"], { error: "must be layer or logs" }).default("layer"),
    /** Lambda's name of the runtime, or `container`; only the table shows it. */
    runtime: z.string({ error: "must be a runtime's name" }).min(1).max(30).default("nodejs22.x"),
    cpu: z.boolean({ error: "must be true or false" }).default(true),
  },
  { error: "must be an object" },
);
export type FleetFunction = z.infer<typeof functionSchema>;

const fleetSchema = z.strictObject(
  {
    start: z.iso
      .datetime({ error: "must be the UTC midnight at which the fleet begins, such as 2026-01-01T00:00:00Z" })
      .refine((text) => Date.parse(text) % MS_PER_DAY === 0, {
        error: "must be the UTC midnight at which the fleet begins, such as 2026-01-01T00:00:00Z",
      }),
    days: whole(1, MAX_DAYS),
    functions: z
      .array(functionSchema, { error: "must be a list of functions" })
      .min(1, { error: "must have at least one function" }),
  },
  { error: "must be an object" },
);
export type Fleet = z.infer<typeof fleetSchema>;

/**
 * Reads and checks a fleet.
 *
 * @param file its path.
 * @param days how many days it runs; the file's number by default.
 * @throws InputError, in one sentence that names the place in the JSON.
 */
export function readFleet(file: string, days?: number): Fleet {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new InputError(
      error instanceof SyntaxError
        ? `${file} is not JSON: ${error.message.replace(/\.$/, "")}.`
        : `${file} can't be read: ${(error as Error).message}.`,
    );
  }
  return checkFleet(value, file, days);
}

/** @param file the name for the value in an error. */
export function checkFleet(value: unknown, file: string, days?: number): Fleet {
  const withDays = days === undefined ? value : { ...(value as object), days };
  const result = fleetSchema.safeParse(withDays);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InputError(`${file}: ${issue ? sentence(issue, withDays) : "it is not a fleet"}.`);
  }
  const fleet = result.data;
  const seen = new Set<string>();
  for (const [index, fn] of fleet.functions.entries()) {
    const { functionName } = fn;
    if (seen.has(functionName)) {
      throw new InputError(
        `${file}: functions[${index}].functionName is ${functionName}; two functions have it.`,
      );
    }
    seen.add(functionName);
    for (const key of ["usedMB", "invocationsPerDay"] as const) {
      const daily = fn[key];
      if (Array.isArray(daily) && daily.length < fleet.days) {
        throw new InputError(
          `${file}: functions[${index}].${key} has ${daily.length} entries; it must have one for each of the ${fleet.days} days.`,
        );
      }
    }
  }
  return fleet;
}

function sentence(issue: z.core.$ZodIssue, fleet: unknown): string {
  const where = pathOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return `${pathOf([...issue.path, issue.keys[0] ?? ""])} is not known here`;
  }
  const value = JSON.stringify(
    issue.path.reduce<unknown>((whole, key) => (whole as Record<PropertyKey, unknown>)[key], fleet),
  ) as string | undefined;
  const is =
    value === undefined ? "is missing" : `is ${value.length > 50 ? `${value.slice(0, 49)}…` : value}`;
  return `${where === "" ? "it" : where} ${is}; it ${issue.message}`;
}

/** As in JavaScript: `functions[3].memorySizeMB`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
