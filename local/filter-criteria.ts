/**
 * The part of event source mappings' filter patterns that the project uses ("Filter rule syntax" and "Using event
 * filtering with a Kinesis event source", AWS Lambda Developer Guide). A pattern on JSON drops data that isn't JSON.
 */
import type { KinesisStreamRecord } from "aws-lambda";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The records that Lambda delivers: all of them if there is no pattern. */
export function passing(records: KinesisStreamRecord[], pattern: string | undefined): KinesisStreamRecord[] {
  if (pattern === undefined) return records;
  return records.filter(({ kinesis }) => passesFilter(pattern, Buffer.from(kinesis.data, "base64")));
}

/**
 * Whether Lambda delivers a record.
 *
 * @param pattern as JSON, such as `{"data":{"outOfMemory":[{"numeric":[">",0]}]}}`.
 * @throws Error for an operator that isn't emulated.
 */
export function passesFilter(pattern: string, data: Buffer): boolean {
  let value: Json;
  try {
    value = JSON.parse(data.toString()) as Json;
  } catch {
    return false;
  }
  return matches(JSON.parse(pattern) as Json, { data: value });
}

/** An object pattern matches key by key. A list matches if any of its elements does. */
function matches(pattern: Json, value: Json | undefined): boolean {
  if (Array.isArray(pattern)) return pattern.some((one: Json) => matchesOne(one, value));
  return Object.entries(pattern as object).every(([key, inner]) =>
    matches(inner as Json, isObject(value) ? value[key] : undefined),
  );
}

function matchesOne(pattern: Json, value: Json | undefined): boolean {
  if (!isObject(pattern)) return pattern === value;
  const [operator = "", operand] = Object.entries(pattern)[0] ?? [];
  if (operator !== "numeric") throw new Error(`The filter operator ${operator} is not emulated.`);
  const comparisons = operand as readonly (string | number)[];
  if (typeof value !== "number") return false;
  return comparisons.every((one, i) => typeof one === "number" || compare(value, one, comparisons[i + 1]));
}

function compare(value: number, operator: string, limit: string | number | undefined): boolean {
  switch (operator) {
    case "=":
      return value === limit;
    case "<":
      return value < Number(limit);
    case "<=":
      return value <= Number(limit);
    case ">":
      return value > Number(limit);
    case ">=":
      return value >= Number(limit);
    default:
      throw new Error(`The comparison ${operator} is not one of numeric's.`);
  }
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
