/**
 * Numbers as config writes them, and the form in which all parts exchange them. The Flink job's JobParameters reads
 * numbers by the same rule.
 */

/** Digits with an optional fraction or exponent: `100`, `0.15`, `.5`, `1e-3`. A regular expression for JavaScript and Java. */
export const NUMBER_GRAMMAR = "[+-]?([0-9]{1,20}([.][0-9]{0,40})?|[.][0-9]{1,40})([eE][+-]?[0-9]{1,3})?";

/** A number keeps this many decimal places, so that `0.1 + 0.05` (0.15000000000000002) becomes 0.15. */
const DECIMAL_PLACES = 9;

const WHOLE_TEXT = new RegExp(`^(?:${NUMBER_GRAMMAR})$`);

/**
 * The number that a text or a program's number stands for, rounded to nine decimal places; undefined if there is none.
 *
 * @param value such as `"0.15"`, `"1e-3"` or `0.1 + 0.05`.
 */
export function parseNumber(value: string | number): number | undefined {
  if (typeof value === "string" && !WHOLE_TEXT.test(value)) return undefined;
  // Adding 0 turns -0 into 0.
  const number = Number(Number(value).toFixed(DECIMAL_PLACES)) + 0;
  return Number.isFinite(number) ? number : undefined;
}

/** The whole number that a value stands for, unrounded; undefined if there is none. */
export function parseWholeNumber(value: string | number): number | undefined {
  if (typeof value === "string" && !WHOLE_TEXT.test(value)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) + 0 : undefined;
}

/** A number without an exponent: `0.0000001`, not `1e-7` as `String` writes it. */
export function plainNumber(number: number): string {
  return number.toFixed(DECIMAL_PLACES).replace(/\.?0+$/, "");
}
