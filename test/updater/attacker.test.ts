/** The most that forged telemetry can do to a function at the defaults: the figures of docs/security.md. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { MemorySizeFigures, Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import type { History } from "../../runtime/updater/history-item";
import { UpdatedFunction } from "../../bench/sizing/updater";
import { observation, recommendation } from "./recommendations";

const SETTINGS = parseSettings();
const START_MS = Date.parse("2026-01-01T00:00:00.000Z");
const MINUTE_MS = 60_000;
const SECURITY = fs.readFileSync(path.join(__dirname, "../../docs/security.md"), "utf8");

/** Many invocations that take no CPU time, so they are as fast at any size. */
const WAITING: MemorySizeFigures = {
  invocations: 1_000_000,
  durationMs: 100_000_000,
  durationSquaredMs2: 10_000_000_000,
  cpuMs: 0,
  cpuDurationMs: 100_000_000,
  billedDurationMs: 100_000_000,
  initDurationMs: 0,
  coldStarts: 0,
  errors: 0,
  timeouts: 0,
  outOfMemory: 0,
  peakMB: 100,
};

/** A function whose control plane refuses nothing, and the size and history that the updater has given it. */
class Victim {
  private readonly updated: UpdatedFunction;

  constructor(
    memorySizeMB: number,
    public nowMs = START_MS,
  ) {
    this.updated = new UpdatedFunction(SETTINGS, memorySizeMB, START_MS - 100 * MS_PER_DAY);
  }

  get memorySizeMB(): number {
    return this.updated.live.memorySizeMB;
  }

  get history(): History {
    return this.updated.history;
  }

  /** The Flink job's recommendation reaches the updater. */
  hear(fields: Partial<Recommendation>): void {
    this.updated.recommended(recommendation({ windowEnd: iso(this.nowMs), ...fields }), this.nowMs);
  }

  /** Ends the next day. Somebody claims these figures for it, at the function's size. */
  dayOf(figures: MemorySizeFigures): void {
    const windowStart = iso(this.nowMs);
    this.nowMs += MS_PER_DAY;
    const { memorySizeMB } = this;
    const day = observation({ ...figures, memorySizeMB, windowStart, windowEnd: iso(this.nowMs) });
    this.updated.observed(day, this.nowMs);
  }

  /** Its owner sets another size. */
  setByOwner(memorySizeMB: number): void {
    this.updated.live = { ...this.updated.live, memorySizeMB, lastModifiedMs: this.nowMs };
  }

  /** Memory pressure as often as the job passes it on, at the size that the function has at the time. */
  pressedFor(days: number): number {
    for (const endMs = this.nowMs + days * MS_PER_DAY; this.nowMs < endMs; this.nowMs += MINUTE_MS) {
      this.hear(pressureAt(this.memorySizeMB, this.nowMs - MINUTE_MS));
    }
    return this.memorySizeMB;
  }

  /** Ends a window. Somebody claims a peak for it, and that invocations only wait. */
  windowOf(peakMB: number, claimedSizeMB = this.memorySizeMB): number {
    const windowStart = iso(this.nowMs);
    this.nowMs += 14 * MS_PER_DAY;
    const recommendedMemorySizeMB = Math.min(10_240, Math.max(128, peakMB + 100, Math.ceil(peakMB * 1.15)));
    this.hear({
      memorySizeMB: claimedSizeMB,
      peakMB,
      averageDailyPeakMB: peakMB,
      recommendedMemorySizeMB,
      windowStart,
      atMemorySize: WAITING,
    });
    return this.memorySizeMB;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** A recommendation as memory-pressure.sql makes it from a record with this first report. */
function pressureAt(memorySizeMB: number, firstReportMs: number): Partial<Recommendation> {
  return {
    reason: "memory-pressure",
    memorySizeMB,
    peakMB: memorySizeMB,
    outOfMemory: 1,
    recommendedMemorySizeMB: Math.min(10_240, Math.max(Math.ceil(memorySizeMB * 1.25), memorySizeMB + 100)),
    windowStart: iso(firstReportMs),
  };
}

function says(sentence: string): void {
  assert.ok(SECURITY.replace(/\s+/g, " ").includes(sentence), `docs/security.md doesn't say: ${sentence}`);
}

const mb = (size: number) => size.toLocaleString("en-US");

describe("an attacker who may write to the telemetry stream", () => {
  it("raises a function by memory pressure no faster than docs/security.md says", () => {
    const small = new Victim(128);
    const large = new Victim(1_024);
    says(
      `a function of 128 MB is at ${mb(small.pressedFor(1))} MB after a day, ${mb(small.pressedFor(1))} MB after two and ` +
        `${mb(small.pressedFor(1))} MB after three; one of 1,024 MB is at ${mb(large.pressedFor(1))} MB after a day`,
    );
  });

  it("at most doubles it with a record of another size, and only right after somebody else's change", () => {
    const untouched = new Victim(128);
    untouched.hear(pressureAt(8_192, untouched.nowMs - MINUTE_MS));
    assert.equal(untouched.memorySizeMB, 128);
    const changed = new Victim(128);
    changed.hear(pressureAt(8_192, changed.nowMs - 200 * MS_PER_DAY));
    says(`One record that claims 8,192 MB takes a function of 128 MB to ${mb(changed.memorySizeMB)} MB`);
  });

  it("doubles it once per window with a claimed peak", () => {
    const victim = new Victim(128);
    says(
      `A claimed peak of 8,000 MB takes a function of 128 MB to ${mb(victim.windowOf(8_000, 10_240))} MB at the end of the ` +
        `window and to ${mb(victim.windowOf(100))} MB at the end of the next`,
    );
  });

  it("makes a function smaller only while it is silent", () => {
    const silent = new Victim(1_024);
    says(`from 1,024 MB to ${mb(silent.windowOf(10))} MB`);
    const used = new Victim(1_024);
    used.windowOf(900);
    assert.equal(used.windowOf(10), 900, "not below the measured peak");
  });

  it("halves a function beyond maxSlowdown, but not below what its memory needs", () => {
    const victim = new Victim(1_024);
    const sizes = Array.from({ length: 3 }, () => mb(victim.windowOf(160)));
    assert.equal(sizes[2], sizes[1]);
    says(`takes a function of 1,024 MB that needs 260 MB to ${sizes[0]} and ${sizes[1]} MB`);
  });

  it("takes a change back with forged durations, which hold nothing", () => {
    const victim = new Victim(1_024);
    victim.windowOf(130);
    const { memorySizeMB } = victim;
    victim.dayOf({ ...WAITING, durationMs: 300_000_000, cpuDurationMs: 300_000_000, cpuMs: 140_000_000 });
    assert.ok(victim.memorySizeMB > memorySizeMB && victim.memorySizeMB <= 1_024);
    assert.equal(victim.history.hold, undefined);
    says("Forged durations after a change down take the change back within a day, in whole or in part");
  });

  it("holds a function with forged failures", () => {
    const victim = new Victim(1_024);
    victim.windowOf(130);
    victim.dayOf({ ...WAITING, errors: 500_000 });
    assert.equal(victim.memorySizeMB, 1_024);
    assert.ok(victim.history.hold?.until);
    says(
      "Forged failures take all of it back and hold the function at its old size for 90 days or until `release`",
    );
  });

  it("raises a function with forged failures at most to its earlier size, or to twice its size", () => {
    const victim = new Victim(1_024);
    victim.windowOf(130);
    assert.equal(victim.memorySizeMB, 512);
    // About the time before the change: it moves nothing, but is remembered as a need.
    victim.hear({
      memorySizeMB: 1_024,
      peakMB: 8_000,
      averageDailyPeakMB: 8_000,
      recommendedMemorySizeMB: 9_200,
      windowStart: iso(victim.nowMs - MS_PER_DAY),
    });
    assert.equal(victim.memorySizeMB, 512);
    victim.dayOf({ ...WAITING, timeouts: 500_000 });
    assert.equal(victim.memorySizeMB, 1_024);
  });

  it("can't suppress honest memory pressure with the time in a record", () => {
    // The job passes one record of a size on in each pressureInterval. If that is a forged one, it must help too.
    const helped = (victim: Victim, forgedMs: number) => {
      const beforeMB = victim.memorySizeMB;
      victim.hear({ ...pressureAt(beforeMB, forgedMs), windowEnd: iso(forgedMs) });
      return victim.memorySizeMB > beforeMB;
    };
    const smaller = new Victim(1_024);
    smaller.windowOf(400);
    assert.equal(smaller.memorySizeMB, 512);
    smaller.nowMs += MINUTE_MS;
    assert.ok(helped(smaller, smaller.nowMs - 30 * MS_PER_DAY), "from before the change");
    assert.ok(helped(smaller, smaller.nowMs + 59 * MINUTE_MS), "ahead of its time");
    smaller.nowMs += MINUTE_MS;
    assert.ok(helped(smaller, smaller.nowMs - 1), "an honest one after that");
    smaller.nowMs += 61 * MINUTE_MS;
    smaller.setByOwner(600);
    smaller.nowMs += MINUTE_MS;
    assert.ok(helped(smaller, smaller.nowMs - 30 * MS_PER_DAY), "from before its owner's change");
  });
});
