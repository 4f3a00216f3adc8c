/** Says in sentences what the next decision about a function depends on. The updater's judge gives the verdict. Pure. */
import { durationMs, MS_PER_DAY } from "../runtime/duration";
import { LAMBDA_MIN_MEMORY_MB, type Recommendation } from "../runtime/contract";
import { meanMs } from "../runtime/sizing/measured";
import type { Settings } from "../runtime/settings";
import type { Enrolment } from "../runtime/updater/deployment";
import { isHeld, lastChange, withPendingSettled } from "../runtime/updater/history";
import type { History } from "../runtime/updater/history-item";
import { judge } from "../runtime/updater/judge";
import { baselineMBOf, believedSizes } from "../runtime/updater/known-sizes";
import type { LiveFunction } from "../runtime/updater/live-function";
import { NEED_REMEMBERED_FOR_MS, rememberedNeedMB } from "../runtime/updater/needs";
import type { Decision, SkipReason } from "../runtime/updater/outcome";
import { withOwnerLimits } from "../runtime/updater/owner-limits";
import { count, milliseconds, minute } from "./text";

export interface Known {
  readonly history: History;
  /** The live function, or the reason why it can't be changed. */
  readonly live: LiveFunction | SkipReason;
  readonly settings: Settings;
  readonly enrolment: Enrolment;
  readonly nowMs: number;
  /** The meaning of each skip reason. */
  readonly meanings: Readonly<Record<string, string>>;
}

/** A sequence number later than any on the stream. */
const NEWEST = "9".repeat(56);

export function explanation({ live, ...known }: Known): string[] {
  const { history: kept, meanings, settings, nowMs } = known;
  const { functionName } = kept;
  if (typeof live === "string") {
    return [`${functionName} is left alone (${live}): ${meanings[live] ?? "see docs/operations.md"}.`];
  }
  const history = withPendingSettled(kept, live);
  return [
    ...sizeSentences(history, live),
    ...holdSentences(history, live, nowMs),
    ...needSentences(history, settings, nowMs),
    ...limitSentences(history, live, settings),
    verdictSentence({ ...known, history, live }),
  ];
}

function sizeSentences(history: History, live: LiveFunction): string[] {
  const { functionName, originalMemorySizeMB, memorySizeMB } = history;
  const last = lastChange(history);
  const size = `${functionName} has ${live.memorySizeMB} MB`;
  if (!last || memorySizeMB === undefined) return [`${size}; the updater never changed it.`];
  if (live.memorySizeMB !== memorySizeMB) {
    return [`${size}; the updater had set ${memorySizeMB} MB, and somebody else has set another size since.`];
  }
  const owners = originalMemorySizeMB === undefined ? "" : `; its owner gave it ${originalMemorySizeMB} MB`;
  return [
    `${size}${owners}.`,
    `The last change was on ${minute(last.at)} UTC, ${last.from} → ${last.to} MB (${last.reason}).`,
  ];
}

function holdSentences(history: History, live: LiveFunction, nowMs: number): string[] {
  const { hold } = history;
  if (!hold || !isHeld(history, live, nowMs)) return [];
  const end = hold.until === undefined ? "it is released" : minute(hold.until) + " UTC";
  return [
    `It is held since ${minute(hold.since)} UTC until ${end} (${hold.reason}): only memory pressure changes it.`,
  ];
}

function needSentences(history: History, settings: Settings, nowMs: number): string[] {
  const sentences: string[] = [];
  const neededMB = rememberedNeedMB(history, new Date(nowMs).toISOString());
  const days = NEED_REMEMBERED_FOR_MS / MS_PER_DAY;
  sentences.push(
    neededMB === 0
      ? `Its memory need hasn't been measured in the last ${days} days.`
      : `In the last ${days} days it needed up to ${neededMB} MB, so it gets no less.`,
  );
  const { pressureAt } = history;
  const last = lastChange(history);
  if (pressureAt !== undefined) {
    sentences.push(
      `A sandbox last reached its cap on ${minute(pressureAt)} UTC, so it gets no smaller until a whole window has passed since then.`,
    );
  }
  const coolMs = last === undefined ? 0 : Date.parse(last.at) + (durationMs(settings.cooldown) ?? 0);
  if (coolMs > nowMs) {
    sentences.push(`It gets no smaller before ${minute(new Date(coolMs).toISOString())} UTC (cooldown).`);
  }
  return sentences;
}

function limitSentences(history: History, live: LiveFunction, settings: Settings): string[] {
  const { settings: limits, problem } = withOwnerLimits(settings, live);
  const { minMemoryMB, maxMemoryMB, maxSlowdown, minSaving, minChange, changeWindow } = limits;
  const isOurs = history.memorySizeMB === live.memorySizeMB;
  const baselineMB = (isOurs ? baselineMBOf(history) : undefined) ?? live.memorySizeMB;
  const sizes = believedSizes(history, live.memorySizeMB).toSorted((a, b) => a.memorySizeMB - b.memorySizeMB);
  const measured = sizes.map(
    (size) =>
      `${milliseconds(meanMs(size))} at ${size.memorySizeMB} MB (${count(size.invocations)} invocations)`,
  );
  return [
    measured.length === 0
      ? "Its durations haven't been measured yet, so the worst case is assumed: all of it is CPU-bound."
      : `An invocation takes ${measured.join(", ")}.`,
    maxSlowdown === "off"
      ? "Only memory decides (maxSlowdown is off)."
      : `It may take ${percent(maxSlowdown)} longer than at ${baselineMB} MB, and a change down must save ${percent(minSaving)} of its cost.`,
    `The function may have ${minMemoryMB} to ${maxMemoryMB} MB, and the smallest change is ${minChange}.`,
    ...(changeWindow === "" ? [] : [`It gets smaller only in the change window ${changeWindow}.`]),
    ...(history.deferred
      ? [
          `A change to ${history.deferred.to} MB has waited for that since ${minute(history.deferred.since)} UTC.`,
        ]
      : []),
    ...(problem === undefined ? [] : [`But ${problem}.`]),
  ];
}

/** What the updater would do if a window ended now and asked for the known need. */
function verdictSentence(known: Omit<Known, "live"> & { readonly live: LiveFunction }): string {
  const { history, live, settings, nowMs, meanings } = known;
  const neededMB = rememberedNeedMB(history, new Date(nowMs).toISOString());
  const askedMB = Math.min(
    Math.max(neededMB, settings.minMemoryMB, LAMBDA_MIN_MEMORY_MB),
    settings.maxMemoryMB,
  );
  const decision = decide(known, askedMB);
  const why = neededMB === 0 ? ", because no need is known" : "";
  const window = `If a window ended now and asked for ${askedMB} MB${why}, the updater would`;
  switch (decision.action) {
    case "wait":
      return `${window} wait: the function is being updated.`;
    case "apply":
      return `${window} set ${decision.to} MB (${decision.reason}${forecastOf(decision)}).`;
    case "skip": {
      const { reason, to } = decision;
      const what =
        reason === "recommend-mode"
          ? `only recommend ${to ?? "another size"} MB`
          : `leave it at ${live.memorySizeMB} MB`;
      return `${window} ${what} (${reason}${forecastOf(decision)}): ${meanings[reason] ?? "see docs/operations.md"}.`;
    }
  }
}

function decide(
  { history, live, settings, enrolment, nowMs }: Omit<Known, "live"> & { readonly live: LiveFunction },
  askedMB: number,
): Decision {
  // The window begins after the last change and the last memory pressure.
  const since = [lastChange(history)?.at, history.pressureAt].flatMap((at) =>
    at === undefined ? [] : [Date.parse(at)],
  );
  const recommendation: Recommendation = {
    functionName: history.functionName,
    functionArn: live.functionArn,
    functionVersion: live.version,
    memorySizeMB: live.memorySizeMB,
    recommendedMemorySizeMB: askedMB,
    reason: "window",
    windowStart: new Date(Math.min(Math.max(0, ...since), nowMs)).toISOString(),
    windowEnd: new Date(nowMs).toISOString(),
    activeDays: 1,
    invocations: 1,
    averageDailyPeakMB: askedMB,
    peakMB: Math.min(askedMB, live.memorySizeMB),
    outOfMemory: 0,
  };
  const asked = { recommendation, sequenceNumber: NEWEST, live, history, settings, enrolment, nowMs };
  const byLayer = judge(asked);
  const joinsByLogs =
    byLayer.action === "skip" && byLayer.reason === "not-enrolled" && enrolment.logs !== undefined;
  return joinsByLogs ? judge({ ...asked, recommendation: { ...recommendation, source: "logs" } }) : byLayer;
}

function forecastOf({ forecast }: Exclude<Decision, { action: "wait" }>): string {
  if (!forecast) return "";
  const { toMB, slowdown, cost } = forecast;
  return `; at ${toMB} MB an invocation would take ${slowdown.expected.toFixed(2)} times as long as before the first change, ${slowdown.most.toFixed(2)} at most, and cost ${cost.expected.toFixed(2)} times what it costs now`;
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(3))}%`;
}
