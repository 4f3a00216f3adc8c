/**
 * When a scheduled Flink application runs: the value of `flinkSchedule`, and what follows from it. EventBridge Scheduler
 * evaluates it in UTC. It can't chain schedules, so the stop has a cron expression of its own. Pure.
 */

/** `daily`: after UTC midnight, when the day's last reports have come and event time has passed the default `lateness`. */
const DAILY = "cron(15 2 * * ? *)";

/** AWS's names of the days; its numbers start at 1 ("Cron-based schedules", EventBridge Scheduler User Guide). */
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

const MINUTES_PER_DAY = 24 * 60;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

export const RUN_SCHEDULE_ALLOWED =
  "always, daily, or cron(MINUTE HOURS ? * DAYS *) in UTC, with one minute, hours such as 2 or 2,14, and days such as MON-FRI or *";

/** The starts in each week, in minutes since Sunday, 0:00 UTC; sorted, at least one. */
export type RunSchedule = readonly number[];

/** The schedule that a value stands for; undefined if the value isn't allowed, and for `always`. */
export function parseRunSchedule(text: string): RunSchedule | undefined {
  const fields = /^cron\((\S+) (\S+) (\S+) \* (\S+) \*\)$/.exec(text === "daily" ? DAILY : text);
  const [, minute = "", hours = "", dayOfMonth = "", dayOfWeek = ""] = fields ?? [];
  // AWS requires a ? in exactly one of the two.
  if (![dayOfMonth, dayOfWeek].includes("?") || !["?", "*"].includes(dayOfMonth)) return undefined;
  if (dayOfMonth === dayOfWeek) return undefined;
  const days = dayOfWeek === "?" ? [...DAYS.keys()] : parseDays(dayOfWeek);
  const hoursOfDay = hours.split(",").map((hour) => wholeNumber(hour, 23));
  const minuteOfHour = wholeNumber(minute, 59);
  if (days === undefined || minuteOfHour === undefined) return undefined;
  const starts = days.flatMap((day) =>
    hoursOfDay.map((hour) => day * MINUTES_PER_DAY + (hour ?? NaN) * 60 + minuteOfHour),
  );
  return starts.some(Number.isNaN) ? undefined : sorted(starts);
}

/** EventBridge Scheduler's expression for some minutes later; undefined if no single expression describes it. */
export function cronExpression(schedule: RunSchedule, minutesLater = 0): string | undefined {
  const times = sorted(schedule.map((start) => (start + minutesLater) % MINUTES_PER_WEEK));
  const days = [...new Set(times.map((time) => Math.floor(time / MINUTES_PER_DAY)))];
  const ofDay = (day: number) =>
    times
      .filter((time) => Math.floor(time / MINUTES_PER_DAY) === day)
      .map((time) => time % MINUTES_PER_DAY)
      .join();
  const [first = 0] = days;
  // If only some of the hours pass midnight, they belong to other days than the rest.
  if (days.some((day) => ofDay(day) !== ofDay(first))) return undefined;
  const hours = new Set(times.map((time) => Math.floor((time % MINUTES_PER_DAY) / 60)));
  const names = days.length === DAYS.length ? "*" : days.map((day) => DAYS[day]).join();
  return `cron(${(times[0] ?? 0) % 60} ${[...hours].sort((a, b) => a - b).join()} ? * ${names} *)`;
}

/** The shortest and the longest time from one start to the next, in minutes. */
export function gaps(schedule: RunSchedule): { readonly shortest: number; readonly longest: number } {
  const [first = 0] = schedule;
  const between = schedule.map((start, i) => (schedule[i + 1] ?? first + MINUTES_PER_WEEK) - start);
  return { shortest: Math.min(...between), longest: Math.max(...between) };
}

function parseDays(text: string): number[] | undefined {
  const days = text.split(",").flatMap((part) => {
    if (part === "*") return [...DAYS.keys()];
    const [from = NaN, to = from] = part.split("-", 2).map(dayNumber);
    if (part.split("-").length > 2 || Number.isNaN(from) || Number.isNaN(to) || to < from) return [NaN];
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return days.some(Number.isNaN) ? undefined : days;
}

function dayNumber(text: string): number {
  const named = DAYS.findIndex((day) => day === text);
  if (named >= 0) return named;
  return /^[1-7]$/.test(text) ? Number(text) - 1 : NaN;
}

function wholeNumber(text: string, most: number): number | undefined {
  return /^\d{1,2}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function sorted(times: readonly number[]): number[] {
  return [...new Set(times)].sort((a, b) => a - b);
}
