/** Observations and sizes that pay, in the built bundle: what it stores, does and reports. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Observation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import type { History } from "../../runtime/updater/history-item";
import { omit } from "../../runtime/updater/omit";
import { observation, recommendation } from "./recommendations";
import { metricsOf, UpdaterFixture, type FixtureOptions } from "./updater-fixture";

const OPERATIONS = fs.readFileSync(path.join(__dirname, "../../docs/operations.md"), "utf8");
const DAY_MS = MS_PER_DAY;
/** The latest midnight at least two days ago, so nothing below lies in the future. */
const MIDNIGHT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS;

const daysBefore = (days: number) => new Date(MIDNIGHT_MS - days * DAY_MS).toISOString();

/** A day of 1,000 invocations of 313 ms, of which 117 ms are CPU time: thumbnailer-nodejs of docs/sizing.md. */
function day(daysAgo: number, fields: Partial<Observation> & { meanMs?: number } = {}): Observation {
  const { meanMs = 313, ...others } = fields;
  return observation({
    windowStart: daysBefore(daysAgo + 1),
    windowEnd: daysBefore(daysAgo),
    invocations: 1_000,
    durationMs: 1_000 * meanMs,
    durationSquaredMs2: Math.round(1_000 * meanMs ** 2 * 1.04),
    cpuMs: 117_000,
    cpuDurationMs: 1_000 * meanMs,
    billedDurationMs: 1_000 * meanMs,
    peakMB: 130,
    ...others,
  });
}

const window = () =>
  recommendation({
    recommendedMemorySizeMB: 259,
    peakMB: 130,
    windowStart: daysBefore(14),
    windowEnd: daysBefore(0),
    billedGBSeconds: 4_382,
  });

/** The decision line of docs/operations.md. */
function documentedLine(): unknown {
  const [, text = ""] = /```json\n(\{\n {2}"level"[^`]*)```/.exec(OPERATIONS) ?? [];
  return JSON.parse(text);
}

/** Rounded to four digits, as in the document, and without fields that differ from run to run. */
function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(4));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => [
      key,
      ["windowStart", "windowEnd", "sequenceNumber"].includes(key) ? "…" : rounded(of),
    ]),
  );
}

describe("the updater, of observations", () => {
  let updater: UpdaterFixture;
  afterEach(() => updater.close());

  async function start(options: FixtureOptions = {}): Promise<UpdaterFixture> {
    updater = await UpdaterFixture.start({
      ...options,
      settings: { maxSlowdown: 0.25, ...options.settings },
    });
    return updater;
  }

  it("stores them, asks Lambda about a function only once, and logs no line for them", async () => {
    await start();
    const days = [day(3), day(2), day(1)];
    const { failed, decisions, logLines } = await updater.settle(days);
    assert.deepEqual(failed, []);
    assert.deepEqual(decisions, []);
    assert.equal(metricsOf(logLines).Observations, 3);
    assert.equal(updater.controlPlane.calls.length, 1);
    const [size, ...others] = (await updater.historyOf("checkout")).profile!.sizes;
    assert.deepEqual(others, []);
    assert.equal(size!.memorySizeMB, 1_024);
    assert.equal(size!.at, daysBefore(1));
    assert.ok(size!.invocations > 2_900 && size!.invocations <= 3_000, "three days, faded a little");

    await updater.settle(days);
    assert.deepEqual((await updater.historyOf("checkout")).profile!.sizes, [size], "delivered again");
    assert.equal(updater.controlPlane.calls.length, 1);
  });

  it("stores nothing for a function that doesn't exist, or that it may not change", async () => {
    await start({ settings: { allowedFunctionArns: "*:function:checkout" } });
    const { failed, decisions } = await updater.settle([
      day(1, { functionName: "search" }),
      observation({ functionName: "made-up" }),
    ]);
    assert.deepEqual([failed, decisions], [[], []]);
    assert.deepEqual(updater.controlPlane.calls, []);
    for (const name of ["search", "made-up"]) assert.equal((await updater.historyOf(name)).revision, 0);
    await updater.host.kill();
    await updater.close();

    await start();
    await updater.settle([observation({ functionName: "made-up" })]);
    assert.equal((await updater.historyOf("made-up")).revision, 0);
  });

  it("sets the size that pays, and logs durations and dollars", async () => {
    await start();
    const { decisions, logLines } = await updater.settle([
      ...Array.from({ length: 14 }, (_, i) => day(13 - i)),
      window(),
    ]);
    // By hand, docs/sizing.md: 753 MB; memory alone would first set 512.
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [753]);
    const [line] = decisions as unknown as Record<string, Record<string, number>>[];
    assert.equal(Math.round(line!.now!.durationMs!), 313);
    const { memorySizeMB, slowdown, durationMs, dollarsPerMonth } = line!.predicted!;
    assert.equal(memorySizeMB, 753);
    assert.ok(slowdown! > 1.2 && slowdown! < 1.25, String(slowdown));
    assert.ok(Math.abs(durationMs! - 313 * slowdown!) < 0.5);
    const now = (4_382 / 14) * (730 / 24) * 0.0000166667;
    assert.ok(Math.abs(line!.now!.dollarsPerMonth! - now) < 1e-9);
    assert.ok(Math.abs(dollarsPerMonth! - (now * slowdown! * 753) / 1_024) < 1e-9);
    assert.deepEqual(documentedLine(), rounded(omit(line!, "timestamp", "service", "sampling_rate")));
    const metrics = metricsOf(logLines);
    assert.equal(metrics.PredictedSlowdown, slowdown);
    assert.ok(Math.abs(metrics.DollarsPerMonthSaved! - (now - dollarsPerMonth!)) < 1e-9);
  });

  /** The history of a function that was changed ten days ago, from 1,024 to 753 MB. */
  async function changed(): Promise<History> {
    await updater.settle(Array.from({ length: 14 }, (_, i) => day(24 - i)));
    const known = await updater.historyOf("checkout");
    updater.controlPlane.functions.get("checkout")!.memorySizeMB = 753;
    const { profile } = known;
    await updater.writeHistory({
      ...known,
      memorySizeMB: 753,
      originalMemorySizeMB: 1_024,
      profile: { ...profile!, baselineMB: 1_024, changes: 1 },
      watch: { before: profile!.sizes, buckets: 0 },
      changes: [
        {
          at: daysBefore(10),
          from: 1_024,
          to: 753,
          reason: "window",
          trigger: "window",
          windowStart: daysBefore(25),
          windowEnd: daysBefore(11),
          sequenceNumber: "15",
          revisionId: "before",
        },
      ],
      settledSequenceNumber: "15",
    });
    return updater.historyOf("checkout");
  }

  it("takes a change back on the first day that shows it too slow, without holding the function", async () => {
    await start();
    await changed();
    const slow = day(9, { memorySizeMB: 753, meanMs: 700, cpuMs: 350_000 });
    const { decisions, logLines } = await updater.settle([slow], { firstSequenceNumber: 16 });
    const [{ status, from, to, reason, detail } = { to: 0 }] = decisions;
    assert.deepEqual([status, from, reason], ["applied", 753, "regression"]);
    assert.match(detail!, /^an invocation takes 124% longer than before the first change$/);
    assert.ok(to! > 753 && to! <= 1_024, String(to));
    const { hold, profile } = await updater.historyOf("checkout");
    assert.equal(hold, undefined);
    assert.equal(profile!.changes, 2);
    const metrics = metricsOf(logLines);
    assert.ok(Math.abs(metrics.MeasuredSlowdown! - 700 / 313) < 0.01);
    assert.ok(Math.abs(metrics.MeasuredCost! - (700 / 313) * (753 / 1_024)) < 0.01);

    const again = await updater.settle([slow], { firstSequenceNumber: 16 });
    assert.deepEqual(again.decisions, []);
    assert.equal(updater.memorySizesSetMB("checkout").length, 1);
  });

  it("logs an outside cause, and changes nothing", async () => {
    await start();
    await changed();
    // It waits longer, and takes no more CPU time: at 1,024 MB it would be as slow.
    const waiting = day(9, { memorySizeMB: 753, meanMs: 1_500 });
    const { decisions } = await updater.settle([waiting], { firstSequenceNumber: 16 });
    assert.deepEqual(
      decisions.map(({ status, reason }) => [status, reason]),
      [["skipped", "caused-outside"]],
    );
    assert.deepEqual(updater.memorySizesSetMB("checkout"), []);
  });
});
