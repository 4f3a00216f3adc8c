/** The types of values that a config key may have: what is allowed, and how a value is read and written. */
import { KINESIS_STREAM_ARN } from "./arns";
import { durationMs } from "./duration";
import type { ValueType } from "./value-type";
import { parseNumber, parseWholeNumber } from "./number";

export * from "./collection-types";

const MAX_DURATION = "366d";

export function choice<const T extends string>(...values: readonly T[]): ValueType<T> {
  return {
    allowed: `one of ${values.join(", ")}`,
    parse: (value) => values.find((known) => known === value),
    schema: "string",
    typescript: values.map((value) => JSON.stringify(value)).join(" | "),
    choices: values,
    flink: `choice ${values.join(" ")}`,
  };
}

/** A duration from `min` to 366d. */
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

function isNumeric(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function isWithin(value: number | undefined, min = -Infinity, max = Infinity): boolean {
  return value !== undefined && value >= min && value <= max;
}

function withinOrUndefined(value: number | undefined, min: number, max: number): number | undefined {
  return isWithin(value, min, max) ? value : undefined;
}
