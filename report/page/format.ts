/** Figures as a person reads them. */

const NONE = "–";

/** A number with its thousands separated; a value that rounds to zero has no sign. */
export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return NONE;
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return text.replace(/^-(?=[0.,]*$)/, "").replace(/^-/, "−");
}

/** A number with about three digits, for values that may be tiny or huge. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const size = Math.abs(value);
  if (size === 0 || size >= 100) return number(value);
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return number(value, digits)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/** A number with three digits, such as 35.5M, for small places. */
export function compact(value: number): string {
  return value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3 });
}

export function dollars(value: number): string {
  const text = number(value, Math.abs(value) >= 10_000 ? 0 : 2);
  return text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`;
}

export function megabytes(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : `${number(value)} MB`;
}

export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return value >= 10_000 ? `${figure(value / 1_000)} s` : `${figure(value)} ms`;
}

/** @param part a fraction, such as 0.0001. */
export function percent(part: number): string {
  return `${figure(part * 100)}%`;
}

/** How much more or less than before, such as +7% or −57%. */
export function difference(before: number, after: number): string {
  const percent = before === 0 ? 0 : Math.round((after / before - 1) * 100);
  return percent === 0 ? "±0%" : `${percent > 0 ? "+" : "−"}${Math.abs(percent)}%`;
}

export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `2026-01-31` or an ISO time, as `31 Jan 2026`, with the time of day unless it is midnight. */
export function day(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const date = at.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  const time = at.toISOString().slice(11, 16);
  return time === "00:00" ? date : `${date} ${time}`;
}

/** `31 Jan`, of a UTC day in epoch seconds. */
export function dayOfMonth(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
}

const REASONS: Readonly<Record<string, string>> = {
  window: "window closed",
  "memory-pressure": "memory pressure",
  regression: "taken back",
  rollback: "rolled back",
  "back-to-baseline": "back to where it was",
  faster: "made faster",
  observation: "a day’s observation",
};

/** Why a size was changed. */
export function reason(text: string): string {
  return REASONS[text] ?? text;
}
