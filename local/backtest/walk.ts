/**
 * Walks through a history with one policy, day by day. Each function has the size that the updater has set by then; the
 * windows come from the Flink job's model, and the decisions from the updater's own code.
 */
import { setImmediate } from "node:timers/promises";
import { firstOpenMs, parseChangeWindow } from "../../runtime/change-window";
import { MS_PER_DAY } from "../../runtime/duration";
import { dollarsPerGBSecond, MS_PER_MONTH } from "../../runtime/pricing";
import type { Settings } from "../../runtime/settings";
import type { RecommendationStreamRecord, TelemetryRecord } from "../../runtime/contract";
import type { Outcome } from "../../runtime/updater/outcome";
import { DayBook, type Change, type FleetDay } from "../fleet/day-book";
import { placeOf } from "../fleet/fixed-order";
import { homeOf } from "../home";
import { expectedObservations, pressureRecommendations, windowRecommendations } from "../model/job";
import { OpenWindows } from "../model/open-windows";
import { floorTo, ms } from "../model/records";
import { stopClock, trueClock } from "../shifted-clock";
import type { History, Step, Subject } from "./history";
import { playStep } from "./play-step";
import { UpdaterInProcess } from "./updater-in-process";

/** A policy's result over a history. Counts include all invocations that the history's stand for. */
export interface Walked {
  readonly invocations: number;
  /** Function-days, and invocations, that wanted more than the size. */
  readonly daysBeyond: number;
  readonly invocationsBeyond: number;
  /** Size minus the peak, over all steps with invocations. */
  readonly meanSlackMB: number;
  /** Duration at the size ÷ at the size that the function started with. */
  readonly meanSlowdown: number;
  readonly worstSlowdown: number;
  readonly gbSecondsPerMonth: number;
  readonly costPerMonth: number;
  readonly changesPerFunctionAndMonth: number;
  /** Each function's in order, if asked for. */
  readonly days: FleetDay[];
  readonly changes: Change[];
}

export interface WalkOptions {
  /** Whether functions are changed at all; true by default. */
  readonly optimize?: boolean;
  /** Whether days and changes are kept; false by default. */
  readonly keep?: boolean;
  /** Ends the walk early; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export async function walk(history: History, settings: Settings, options: WalkOptions = {}): Promise<Walked> {
  const tally = new Tally(history, options.keep ?? false);
  try {
    for (const subject of history.subjects) {
      // The rest of a walk is synchronous, and would let no signal through.
      await setImmediate();
      options.signal?.throwIfAborted();
      await walkOne(subject, history, settings, options, tally);
    }
  } finally {
    trueClock();
  }
  return tally.walked();
}

async function walkOne(
  subject: Subject,
  { startMs, steps, stepMs }: History,
  settings: Settings,
  { optimize = true }: WalkOptions,
  tally: Tally,
): Promise<void> {
  const updater = new UpdaterInProcess(subject, settings, startMs);
  const windows = new OpenWindows(settings);
  const changeWindow = parseChangeWindow(settings.changeWindow) ?? [];
  const bucketMs = ms(settings.bucketLength);
  let bucket: TelemetryRecord[] = [];
  let next = 0;
  for (let index = 0; index < steps; index++) {
    const nowMs = startMs + (index + 1) * stepMs;
    const step = subject.steps[next];
    const told: RecommendationStreamRecord[] = [];
    if (step?.index === index) {
      next++;
      const record = tally.add(subject, step, updater.memorySizeMB, nowMs - stepMs);
      windows.add(record);
      bucket.push(record);
      told.push(...pressureRecommendations([record], settings));
    } else tally.addQuiet(subject, updater.memorySizeMB, nowMs - stepMs);
    if (!optimize) continue;
    if (floorTo(nowMs, bucketMs) > floorTo(nowMs - stepMs, bucketMs) && bucket.length > 0) {
      told.push(...expectedObservations(bucket, settings));
      bucket = [];
    }
    for (const window of windows.pass(nowMs)) told.push(...windowRecommendations(window, settings));
    if (told.length > 1) told.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
    // As in local/fleet/closed-loop.ts, deferred changes are applied at the end of the step in which the window opens.
    const opensMs = updater.isDeferring ? firstOpenMs(changeWindow, nowMs - stepMs, nowMs) : undefined;
    if (opensMs !== undefined) {
      stopClock(opensMs);
      tally.applied(subject, await updater.applyDeferred(opensMs), nowMs);
    }
    if (told.length > 0) stopClock(nowMs);
    for (const record of told) tally.applied(subject, await updater.settle(record, nowMs), nowMs);
  }
}

const NOTHING = {
  records: [],
  invocations: 0,
  outOfMemory: 0,
  peakUsedMB: 0,
  durationMs: 0,
  billedGBSeconds: 0,
};

class Tally {
  private readonly book = new DayBook();
  private readonly kept: Change[] = [];
  private invocations = 0;
  private daysBeyond = 0;
  private lastDayBeyond: string | undefined;
  private invocationsBeyond = 0;
  private stepsPlayed = 0;
  private slackMB = 0;
  private slowdowns = 0;
  private worstSlowdown = 1;
  private gbSeconds = 0;
  private dollars = 0;
  private changes = 0;

  constructor(
    private readonly history: History,
    private readonly keep: boolean,
  ) {}

  /** @returns the layer's record of the step. */
  add(subject: Subject, step: Step, memorySizeMB: number, atMs: number): TelemetryRecord {
    const { record, ...played } = playStep(subject, step, memorySizeMB);
    const gbSeconds = (played.billedDurationMs * memorySizeMB) / 1_024 / 1_000;
    const before = subject.durationAt(subject.memorySizeMB).durationMs;
    const slowdown = before > 0 ? subject.durationAt(memorySizeMB).durationMs / before : 1;
    this.invocations += played.invocations;
    this.invocationsBeyond += played.outOfMemory;
    if (played.outOfMemory > 0) {
      const day = `${subject.functionArn} ${Math.floor(atMs / MS_PER_DAY)}`;
      if (day !== this.lastDayBeyond) this.daysBeyond++;
      this.lastDayBeyond = day;
    }
    this.stepsPlayed++;
    this.slackMB += memorySizeMB - played.peakUsedMB;
    this.slowdowns += slowdown * played.invocations;
    this.worstSlowdown = Math.max(this.worstSlowdown, slowdown);
    this.gbSeconds += gbSeconds;
    this.dollars += gbSeconds * dollarsPerGBSecond(homeOf(subject.functionArn).region, subject.architecture);
    if (this.keep) {
      const { functionName } = subject;
      this.book.add(functionName, atMs, memorySizeMB, { ...played, records: [], billedGBSeconds: gbSeconds });
    }
    return record;
  }

  /** Adds a step without invocations. */
  addQuiet({ functionName }: Subject, memorySizeMB: number, atMs: number): void {
    if (this.keep) this.book.add(functionName, atMs, memorySizeMB, NOTHING);
  }

  /** Counts the changes among the updater's outcomes. */
  applied({ functionName }: Subject, outcomes: readonly Outcome[], nowMs: number): void {
    for (const { status, from, to, reason } of outcomes) {
      if (status !== "applied" || from === null || to === null) continue;
      this.changes++;
      if (this.keep) this.kept.push({ at: new Date(nowMs).toISOString(), functionName, from, to, reason });
    }
  }

  walked(): Walked {
    const { steps, stepMs, subjects } = this.history;
    const months = (steps * stepMs) / MS_PER_MONTH;
    return {
      invocations: this.invocations,
      daysBeyond: this.daysBeyond,
      invocationsBeyond: this.invocationsBeyond,
      meanSlackMB: this.stepsPlayed === 0 ? 0 : this.slackMB / this.stepsPlayed,
      meanSlowdown: this.invocations === 0 ? 1 : this.slowdowns / this.invocations,
      worstSlowdown: this.worstSlowdown,
      gbSecondsPerMonth: this.gbSeconds / months,
      costPerMonth: this.dollars / months,
      changesPerFunctionAndMonth: this.changes / Math.max(1, subjects.length) / months,
      days: this.book.days,
      changes: this.kept,
    };
  }
}
