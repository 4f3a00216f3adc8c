/** Formats figures and times. Pure. */

/** `1,234.50`. A value that rounds to zero has no sign. */
export function dollars(value: number): string {
  const text = value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return text === "-0.00" ? "0.00" : text;
}

/** A duration with three significant digits, or all digits before the decimal point. */
export function milliseconds(value: number): string {
  const digits = Math.max(3, Math.floor(Math.log10(Math.max(value, 1))) + 1);
  return `${value.toLocaleString("en-US", { maximumSignificantDigits: digits })} ms`;
}

/** `2026-01-31 23:59`, in UTC. */
export function minute(isoTime: string): string {
  return isoTime.slice(0, 16).replace("T", " ");
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
