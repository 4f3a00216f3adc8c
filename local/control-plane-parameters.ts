/** Checks parameters as Lambda does, by its API model (`service-2.json` of botocore, version 2015-03-31). */
import { Refusal } from "./refusal";

interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

const ARN_PREFIX =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?";

/** Limits the length of a string or the size of a number, and gives a string's pattern. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  FunctionName: {
    min: 1,
    max: 140,
    pattern: new RegExp(`^${ARN_PREFIX}([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?$`),
  },
  Name: { min: 1, max: 128, pattern: /^(?!^[0-9]+$)([a-zA-Z0-9-_]+)$/ },
  Qualifier: { min: 1, max: 128, pattern: /^(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_$]+)$/ },
  MemorySize: { min: 128, max: 32_768 },
  Description: { max: 256 },
  FunctionVersion: { min: 1, max: 1_024, pattern: /^(\$LATEST(\.PUBLISHED)?|[0-9]+)$/ },
  CodeSha256: {},
  RevisionId: {},
};

/** The parameters of each operation that the updater sends, besides the function's name. */
export const PARAMETERS = {
  GetFunction: ["Qualifier"],
  UpdateFunctionConfiguration: ["MemorySize", "RevisionId"],
  PublishVersion: ["CodeSha256", "Description", "RevisionId"],
  GetAlias: ["Name"],
  UpdateAlias: ["Name", "FunctionVersion", "RevisionId"],
} as const;
export type Operation = keyof typeof PARAMETERS;

/**
 * Checks the parameters of one call.
 *
 * @param parameters by their names in the API. Undefined ones are skipped.
 * @throws Refusal with the message of Lambda's own validation.
 */
export function checkParameters(operation: Operation, parameters: Readonly<Record<string, unknown>>): void {
  const allowed: readonly string[] = ["FunctionName", ...PARAMETERS[operation]];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (!allowed.includes(name)) throw invalid(name, value, "Member is not a parameter that is emulated");
    const problem = problemOf(value, name === "MemorySize", CONSTRAINTS[name] ?? {});
    if (problem !== undefined) throw invalid(name, value, problem);
  }
}

function problemOf(value: unknown, isNumber: boolean, { min, max, pattern }: Constraint): string | undefined {
  if (isNumber ? !Number.isInteger(value) : typeof value !== "string") return "Member has another type";
  const size = typeof value === "string" ? value.length : Number(value);
  const what = isNumber ? "value" : "length";
  if (min !== undefined && size < min) return `Member must have ${what} greater than or equal to ${min}`;
  if (max !== undefined && size > max) return `Member must have ${what} less than or equal to ${max}`;
  if (pattern && !pattern.test(String(value))) {
    return `Member must satisfy regular expression pattern: ${pattern.source}`;
  }
  return undefined;
}

function invalid(name: string, value: unknown, problem: string): Refusal {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return new Refusal(
    400,
    "ValidationException",
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${problem}`,
  );
}
