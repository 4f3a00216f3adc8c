/**
 * When functions may be made smaller, as written in config: one span such as `Mon-Fri 09:00-17:00 Europe/Berlin`, or
 * several, separated by commas. Hours follow the wall clock, so days on which clocks change need no rule of their own.
 */

/** How often the updater checks whether a window is open for deferred changes. */
export const DEFERRED_EVERY_MS = 15 * 60_000;

/** A shorter window might end before the updater checks. */
const SHORTEST_MINUTES = 30;

const MINUTES_PER_DAY = 24 * 60;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY = DAYS.join("|");
const PART = new RegExp(
  `^(${DAY})(?:-(${DAY}))? ([01]\\d|2[0-3]):([0-5]\\d)-([01]\\d|2[0-4]):([0-5]\\d) ([A-Za-z][A-Za-z0-9_+/-]*)$`,
);

/** The end of a sentence that starts with "it must be". */
export const CHANGE_WINDOW_ALLOWED = `days, hours and an IANA time zone, such as Mon-Fri 09:00-17:00 Europe/Berlin or Sat 22:00-06:00 UTC, each of at least ${SHORTEST_MINUTES} minutes, separated by commas, or empty for always`;

/** One span of time that recurs weekly. */
interface Part {
  /** The days on which it begins; 0 is Monday. */
  readonly days: ReadonlySet<number>;
  /** In minutes since midnight. The end is exclusive, and more than 24 hours if it is on the next day. */
  readonly start: number;
  readonly end: number;
  readonly clock: Intl.DateTimeFormat;
}

/** Empty means always. */
export type ChangeWindow = readonly Part[];

/** The window that a text stands for; undefined if the text isn't allowed. */
export function parseChangeWindow(text: string): ChangeWindow | undefined {
  if (text === "") return [];
  const parts = text.split(",").map((part) => parsePart(part.trim()));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** @param nowMs milliseconds since the epoch. */
export function isOpen(window: ChangeWindow, nowMs: number): boolean {
  return window.length === 0 || window.some((part) => isWithin(part, nowMs));
}

/**
 * When the updater first finds the window open.
 *
 * @param fromMs milliseconds since the epoch; inclusive.
 * @param toMs milliseconds since the epoch; exclusive.
 * @returns undefined if the window doesn't open before `toMs`.
 */
export function firstOpenMs(window: ChangeWindow, fromMs: number, toMs: number): number | undefined {
  for (let atMs = fromMs; atMs < toMs; atMs += DEFERRED_EVERY_MS) {
    if (isOpen(window, atMs)) return atMs;
  }
  return undefined;
}

function parsePart(text: string): Part | undefined {
  const [, first = "", last = first, ...rest] = PART.exec(text) ?? [];
  if (first === "") return undefined;
  const [startHour, startMinute, endHour, endMinute] = rest.map(Number);
  const start = minutes(startHour, startMinute);
  const endOfDay = minutes(endHour, endMinute);
  if (endOfDay > MINUTES_PER_DAY) return undefined;
  const end = endOfDay <= start ? endOfDay + MINUTES_PER_DAY : endOfDay;
  const clock = clockIn(rest[4] ?? "");
  if (end - start < SHORTEST_MINUTES || start === endOfDay || clock === undefined) return undefined;
  const from = DAYS.indexOf(first);
  const length = ((DAYS.indexOf(last) - from + 7) % 7) + 1;
  const days = new Set(Array.from({ length }, (_, i) => (from + i) % 7));
  return { days, start, end, clock };
}

function isWithin({ days, start, end, clock }: Part, nowMs: number): boolean {
  const parts = Object.fromEntries(clock.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf(parts.weekday ?? "");
  const now = minutes(Number(parts.hour), Number(parts.minute));
  const began = (at: number, onDay: number) => days.has(onDay) && start <= at && at < end;
  return began(now, day) || began(now + MINUTES_PER_DAY, (day + 6) % 7);
}

function minutes(hours = 0, past = 0): number {
  return hours * 60 + past;
}

function clockIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  } catch {
    return undefined;
  }
}
