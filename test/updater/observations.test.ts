/** Observations and sizes that pay, in the built bundle: what it stores, does and reports. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { omit } from "../../runtime/updater/omit";
import { observation, recommendation } from "./recommendations";
import { metricsOf, UpdaterFixture, type FixtureOptions } from "./updater-fixture";
import { changed, day, daysBefore } from "./watched-change";

const OPERATIONS = fs.readFileSync(path.join(__dirname, "../../docs/operations.md"), "utf8");
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

  it("takes a change back on the first day that shows it too slow, without holding the function", async () => {
    await start();
    await changed(updater);
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
    await changed(updater);
    // It waits longer, and takes no more CPU time: at 1,024 MB it would be as slow.
    const waiting = day(9, { memorySizeMB: 753, meanMs: 1_500 });
    const { decisions } = await updater.settle([waiting], { firstSequenceNumber: 16 });
    assert.deepEqual(
      decisions.map(({ status, reason }) => [status, reason]),
      [["skipped", "caused-outside"]],
    );
    assert.deepEqual(updater.memorySizesSetMB("checkout"), []);
  });

  it("counts changes that were taken back, and subtracts them from the saving", async () => {
    await start();
    await changed(updater);
    // As fast as before, but with new errors.
    const failing = day(9, { memorySizeMB: 753, errors: 900 });
    const { decisions, logLines } = await updater.settle([failing], { firstSequenceNumber: 16 });
    assert.deepEqual(
      decisions.map(({ from, to, reason }) => [from, to, reason]),
      [[753, 1_024, "regression"]],
    );
    const metrics = metricsOf(logLines);
    assert.deepEqual([metrics.Applied, metrics.TakenBack, metrics.Held], [1, 1, 1]);
    // 1,000 × 313 ms at 753 MB a day, for 730 hours; an invocation lasted as long as before, so the whole saving is subtracted.
    const now = 313 * (753 / 1_024) * (730 / 24) * 0.0000166667;
    assert.ok(Math.abs(metrics.DollarsPerMonthSaved! - now * (1 - 1_024 / 753)) < 0.01 * now);
  });

  it("reports how often a changed function runs out of memory, and how often it would have", async () => {
    await start();
    await changed(updater, { outOfMemory: 2 });
    const { decisions, logLines } = await updater.settle(
      [day(9, { memorySizeMB: 753, invocations: 500, durationMs: 500 * 313, outOfMemory: 3 })],
      { firstSequenceNumber: 16 },
    );
    assert.deepEqual(
      decisions.map(({ reason }) => reason),
      ["regression"],
    );
    const { OutOfMemoryBefore, OutOfMemoryAfter } = metricsOf(logLines);
    assert.ok(Math.abs(OutOfMemoryBefore! - 1) < 1e-9, String(OutOfMemoryBefore));
    assert.equal(OutOfMemoryAfter, 3);
  });

  it("counts the out-of-memory invocations that make memory pressure take a change back", async () => {
    await start();
    await changed(updater);
    const now = new Date().toISOString();
    const { decisions, logLines } = await updater.settle(
      [
        recommendation({
          reason: "memory-pressure",
          memorySizeMB: 753,
          recommendedMemorySizeMB: 942,
          windowStart: now,
          windowEnd: now,
          outOfMemory: 1,
        }),
      ],
      { firstSequenceNumber: 16 },
    );
    assert.deepEqual(
      decisions.map(({ reason }) => reason),
      ["regression"],
    );
    const { OutOfMemoryBefore, OutOfMemoryAfter, TakenBack } = metricsOf(logLines);
    assert.deepEqual([OutOfMemoryBefore, OutOfMemoryAfter, TakenBack], [0, 1, 1]);
  });
});
