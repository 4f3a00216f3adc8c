/** The most that forged telemetry can do to a function at the defaults: the figures of docs/security.md. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { NO_ENROLMENT } from "../../runtime/updater/deployment";
import { withPending, withPendingMade } from "../../runtime/updater/history";
import { emptyHistory, type History } from "../../runtime/updater/history-item";
import { judge } from "../../runtime/updater/judge";
import { functionArn, recommendation } from "./recommendations";

const SETTINGS = parseSettings();
const START_MS = Date.parse("2026-01-01T00:00:00.000Z");
const MINUTE_MS = 60_000;
const SECURITY = fs.readFileSync(path.join(__dirname, "../../docs/security.md"), "utf8");

/** A function whose control plane refuses nothing, and what the judge has made of it. */
class Victim {
  history: History = emptyHistory("checkout");
  private sequence = 0;
  private lastModifiedMs = START_MS - 100 * MS_PER_DAY;

  constructor(
    public memorySizeMB: number,
    public nowMs = START_MS,
  ) {}

  /** The Flink job's recommendation reaches the updater. */
  hear(fields: Partial<Recommendation>): void {
    const recommended = recommendation({ windowEnd: iso(this.nowMs), ...fields });
    const sequenceNumber = String(++this.sequence);
    const decision = judge({
      recommendation: recommended,
      sequenceNumber,
      live: {
        functionArn: functionArn("checkout"),
        version: "$LATEST",
        memorySizeMB: this.memorySizeMB,
        lastModifiedMs: this.lastModifiedMs,
        lastUpdateStatus: "Successful",
        revisionId: sequenceNumber,
        tags: {},
        layerArns: [],
        telemetryStreamArn: undefined,
        managedInstances: false,
        durable: false,
        architecture: "x86_64",
      },
      history: this.history,
      settings: SETTINGS,
      enrolment: NO_ENROLMENT,
      nowMs: this.nowMs,
    });
    assert.notEqual(decision.action, "wait");
    if (decision.action === "wait") return;
    this.history = decision.history;
    if (decision.action === "skip") return;
    const { windowStart, windowEnd, reason: trigger } = recommended;
    const change = {
      at: iso(this.nowMs),
      from: this.memorySizeMB,
      to: decision.to,
      reason: decision.reason,
      trigger,
      windowStart,
      windowEnd,
      sequenceNumber,
      revisionId: sequenceNumber,
    };
    this.history = withPendingMade(withPending(decision.history, change));
    this.memorySizeMB = decision.to;
    this.lastModifiedMs = this.nowMs;
  }

  /** Its owner sets another size. */
  setByOwner(memorySizeMB: number): void {
    this.memorySizeMB = memorySizeMB;
    this.lastModifiedMs = this.nowMs;
  }

  /** Memory pressure as often as the job passes it on, at whatever size the function has by then. */
  pressedFor(days: number): number {
    for (const endMs = this.nowMs + days * MS_PER_DAY; this.nowMs < endMs; this.nowMs += MINUTE_MS) {
      this.hear(pressureAt(this.memorySizeMB, this.nowMs - MINUTE_MS));
    }
    return this.memorySizeMB;
  }

  /** The end of a window of which somebody claims a peak. */
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
    });
    return this.memorySizeMB;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** As memory-pressure.sql makes it of a record whose first report was at a time. */
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

  it("doubles it at most by a record of another size, and only right after somebody else's change", () => {
    const untouched = new Victim(128);
    untouched.hear(pressureAt(8_192, untouched.nowMs - MINUTE_MS));
    assert.equal(untouched.memorySizeMB, 128);
    const changed = new Victim(128);
    changed.hear(pressureAt(8_192, changed.nowMs - 200 * MS_PER_DAY));
    says(`One record that claims 8,192 MB takes a function of 128 MB to ${mb(changed.memorySizeMB)} MB`);
  });

  it("doubles it once a window by a claimed peak", () => {
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
    assert.equal(used.windowOf(10), 900, "no less than was measured");
  });

  it("can't keep honest memory pressure back by the time in a record", () => {
    // The job passes one record of a size on in each pressureInterval. If that is a forged one, it must help, too.
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
