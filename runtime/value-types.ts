/** The kinds of values that a config key may have: what is allowed, and how a value is read and written. */
import { KINESIS_STREAM_ARN } from "./arns";
import { durationMs } from "./duration";
import { parseNumber, parseWholeNumber } from "./number";

/** The types that Pulumi.yaml's config section knows ("Project file reference", `config`). */
export type SchemaType = "string" | "integer" | "boolean" | "array" | "object";

/** A kind of value. */
export interface ValueType<T> {
  /** What is allowed, as the end of a sentence that starts with "it must be". */
  readonly allowed: string;
  /** The value that a text, or a program's own value, stands for; undefined where it isn't allowed. */
  readonly parse: (value: unknown) => T | undefined;
  /** The stack config key's type. A number with a fraction is a string there, because the schema has no type for it. */
  readonly schema: SchemaType;
  /** The component argument's type, as TypeScript writes it. */
  readonly typescript: string;
  /** How the Flink job checks it: a kind that its ParameterRules knows, followed by its limits. */
  readonly flink?: string;
  /** For a value that isn't allowed, the value that was probably meant, as in `0.15 for 15%`. */
  readonly meant?: (value: unknown) => string | undefined;
}

const MAX_DURATION = "366d";

export function choice<const T extends string>(...values: readonly T[]): ValueType<T> {
  return {
    allowed: `one of ${values.join(", ")}`,
    parse: (value) => values.find((known) => known === value),
    schema: "string",
    typescript: values.map((value) => JSON.stringify(value)).join(" | "),
    flink: `choice ${values.join(" ")}`,
  };
}

/** A length of time, from `min` to 366d. */
export function duration(min: "0s" | "1s" = "1s"): ValueType<string> {
  return {
    ...text(`a duration from ${min} to ${MAX_DURATION}, such as 90s, 15m, 6h or 14d`, (value) =>
      isWithin(durationMs(value), durationMs(min), durationMs(MAX_DURATION)),
    ),
    flink: `duration ${min} ${MAX_DURATION}`,
  };
}

export function wholeMinutes(): ValueType<string> {
  return text("a duration of whole minutes such as 1m, 15m or 1h", (value) => {
    const ms = durationMs(value);
    return isWithin(ms, 60_000, durationMs(MAX_DURATION)) && (ms ?? 0) % 60_000 === 0;
  });
}

export function wholeNumber(min: number, max: number): ValueType<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse: (value) => withinOrUndefined(isNumeric(value) ? parseWholeNumber(value) : undefined, min, max),
    schema: "integer",
    typescript: "number",
    flink: `wholeNumber ${min} ${max}`,
  };
}

export function decimal(min: number, max: number): ValueType<number> {
  return {
    allowed: `a number from ${min} to ${max}`,
    parse: (value) => withinOrUndefined(isNumeric(value) ? parseNumber(value) : undefined, min, max),
    schema: "string",
    typescript: "number",
    flink: `decimal ${min} ${max}`,
  };
}

/** A fraction of a whole: 0.15 is 15%. The error for 15, or 15%, says that 0.15 is meant. */
export function fraction(min: number, max: number): ValueType<number> {
  return {
    ...decimal(min, max),
    meant: (value) => {
      const percent = isNumeric(value) ? parseNumber(String(value).replace(/\s*%$/, "")) : undefined;
      if (percent === undefined || !isWithin(percent / 100, min, max)) return undefined;
      return `${parseNumber(percent / 100)} for ${percent}%`;
    },
  };
}

/** A fraction as in `fraction`, or the text `off`. */
export function fractionOrOff(min: number, max: number): ValueType<number | "off"> {
  const number = fraction(min, max);
  return {
    allowed: `off or ${number.allowed}`,
    parse: (value) => (value === "off" ? "off" : number.parse(value)),
    schema: "string",
    typescript: 'number | "off"',
    ...(number.meant && { meant: number.meant }),
  };
}

export function oneOfNumbers(values: readonly number[]): ValueType<number> {
  return {
    allowed: `one of ${values.join(", ")}`,
    parse: (value) => {
      const number = isNumeric(value) ? parseWholeNumber(value) : undefined;
      return number !== undefined && values.includes(number) ? number : undefined;
    },
    schema: "integer",
    typescript: "number",
  };
}

export function flag(): ValueType<boolean> {
  return {
    allowed: "true or false",
    parse: (value) =>
      value === true || value === "true" ? true : value === false || value === "false" ? false : undefined,
    schema: "boolean",
    typescript: "boolean",
  };
}

/**
 * @param allowed as the end of a sentence that starts with "it must be".
 * @param isAllowed whether a whole text is allowed.
 */
export function text(allowed: string, isAllowed: (value: string) => boolean): ValueType<string> {
  return {
    allowed,
    parse: (value) => (typeof value === "string" && isAllowed(value) ? value : undefined),
    schema: "string",
    typescript: "string",
    meant: (value) => {
      const withoutSpaces = typeof value === "string" ? value.replace(/\s+/g, "") : "";
      return withoutSpaces !== value && isAllowed(withoutSpaces)
        ? `${JSON.stringify(withoutSpaces)}, without a space`
        : undefined;
    },
  };
}

/** A text that may be unknown before a deployment. A known one is checked. */
function textInput(allowed: string, pattern: string): ValueType<string> {
  const whole = new RegExp(`^(?:${pattern})$`);
  return { ...text(allowed, (value) => whole.test(value)), typescript: "pulumi.Input<string>" };
}

export function anyTextInput(allowed: string): ValueType<string> {
  return textInput(allowed, ".+");
}

/** @param service the ARN's third part, such as `kms`. */
export function arnOf(service: string): ValueType<string> {
  return textInput(`an ARN of ${service}`, `arn:[^:]+:${service}:[^:]*:[^:]*:.+`);
}

export function streamArn(): ValueType<string> {
  return textInput("the ARN of a Kinesis data stream", KINESIS_STREAM_ARN);
}

/** A tag: `key=value` in the config, an object in a program. */
export function tag(): ValueType<{ readonly key: string; readonly value: string }> {
  return {
    allowed: "of the form key=value",
    parse: (given) => {
      const [, key, value] = (typeof given === "string" ? /^([^=]+)=(.+)$/.exec(given) : undefined) ?? [];
      return key === undefined || value === undefined ? undefined : { key, value };
    },
    schema: "string",
    typescript: "FunctionTag",
  };
}

export function texts(): ValueType<string[]> {
  return {
    allowed: "a list of texts",
    parse: (value) =>
      Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined,
    schema: "array",
    typescript: "pulumi.Input<pulumi.Input<string>[]>",
  };
}

/**
 * Texts that are known before a deployment.
 *
 * @param each what is allowed of each, as in "a list of log groups' names".
 * @param pattern what each must match as a whole.
 */
export function knownTexts(each: string, pattern: string): ValueType<string[]> {
  const whole = new RegExp(`^(?:${pattern})$`);
  return {
    allowed: `a list of ${each}, none of them twice`,
    parse: (value) =>
      Array.isArray(value) &&
      value.every((text) => typeof text === "string" && whole.test(text)) &&
      new Set(value).size === value.length
        ? (value as string[])
        : undefined,
    schema: "array",
    typescript: "string[]",
  };
}

/**
 * Texts by texts, known before a deployment.
 *
 * @param allowed as the end of a sentence that starts with "it must be".
 * @param keyPattern what each key must match as a whole, and `valuePattern` each value.
 * @param maxLength how long all of them may be, each pair with two characters more.
 */
export function knownTextsByText(
  allowed: string,
  keyPattern: string,
  valuePattern: string,
  maxLength: number,
): ValueType<Record<string, string>> {
  const [key, each] = [new RegExp(`^(?:${keyPattern})$`), new RegExp(`^(?:${valuePattern})$`)];
  return {
    allowed,
    parse: (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      const pairs = Object.entries(value);
      const areTexts = pairs.every(
        ([name, text]) => key.test(name) && typeof text === "string" && each.test(text),
      );
      return areTexts && pairs.flat().join("  ").length <= maxLength
        ? (value as Record<string, string>)
        : undefined;
    },
    schema: "object",
    typescript: "Record<string, string>",
  };
}

export function tags(): ValueType<Record<string, string>> {
  return {
    allowed: "tags and their values",
    parse: (value) =>
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((each) => typeof each === "string")
        ? (value as Record<string, string>)
        : undefined,
    schema: "object",
    typescript: "Tags",
  };
}

function isNumeric(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function isWithin(value: number | undefined, min = -Infinity, max = Infinity): boolean {
  return value !== undefined && value >= min && value <= max;
}

function withinOrUndefined(value: number | undefined, min: number, max: number): number | undefined {
  return isWithin(value, min, max) ? value : undefined;
}
