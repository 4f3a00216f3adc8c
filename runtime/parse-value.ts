/** Reads one value of the config table. An error says in one sentence why a value can't be used. */
import { parseNumber } from "./number";
import { SettingError } from "./setting-error";
import type { ValueType } from "./value-type";

/**
 * The value that a text, or a program's own value, stands for.
 *
 * @param name the key or argument, for the sentence.
 * @param type what is allowed.
 * @throws SettingError that names the key, the value, what is allowed and, if it can be guessed, what was meant.
 */
export function parseValue<T>(name: string, type: ValueType<T>, value: unknown): T {
  const parsed = type.parse(value);
  if (parsed !== undefined) return parsed;
  const meant = type.meant?.(value);
  throw new SettingError(
    `${name} is ${shown(value, type)}; it must be ${type.allowed}${meant === undefined ? "" : `: ${meant}`}.`,
  );
}

/** Quotes a text, unless it is a number where a whole number belongs. */
function shown(value: unknown, { schema }: ValueType<unknown>): string {
  if (typeof value === "number") return String(value);
  const isNumber = typeof value === "string" && schema === "integer" && parseNumber(value) !== undefined;
  return isNumber ? value : JSON.stringify(value);
}
