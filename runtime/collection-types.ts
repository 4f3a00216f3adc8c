/** The types of config values that hold several: lists, and maps from texts to texts. */
import type { ValueType } from "./value-type";

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
 * @param each what each must be, as in "a list of log groups' names".
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
 * A map from texts to texts that is known before a deployment.
 *
 * @param allowed as the end of a sentence that starts with "it must be".
 * @param keyPattern what each key must match as a whole, and `valuePattern` each value.
 * @param maxLength how long all of them may be together; each pair counts two characters more.
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
