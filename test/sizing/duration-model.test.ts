/** Durations at sizes that weren't measured. */
import assert from "node:assert/strict";
import { durationModel } from "../../runtime/sizing/duration-model";
import { formulaMs, measured } from "./figures";

const near = (actual: number, expected: number, part: number) => {
  assert.ok(Math.abs(actual / expected - 1) <= part, `${actual} is not ${expected} ± ${part * 100}%`);
};

/** A function that waits 60 ms and uses 40 ms of CPU time, at one size. */
const at = (memorySizeMB: number, { cpu = false, waitMs = 60, cpuMs = 40, threads = 1 } = {}) =>
  measured({ memorySizeMB, meanMs: formulaMs(memorySizeMB, waitMs, cpuMs, threads), ...(cpu && { cpuMs }) });

describe("the duration model", () => {
  it("takes the worst case, all CPU-bound, from one size without CPU time", () => {
    const { least, most } = durationModel([at(1_024)]).slowdown(1_024, 512);
    assert.equal(least, 1);
    assert.equal(most, 2);
    assert.equal(durationModel([]).slowdown(1_024, 512).most, 2, "nothing measured");
    assert.equal(durationModel([at(3_008)]).slowdown(3_008, 1_504).most, 2, "it may have two threads");
  });

  it("knows the other sizes from one with CPU time", () => {
    const { expected, least, most } = durationModel([at(1_024, { cpu: true })]).slowdown(1_024, 512);
    const truth = formulaMs(512, 60, 40) / formulaMs(1_024, 60, 40);
    near(expected, truth, 0.02);
    assert.ok(least > truth * 0.95 && most < truth * 1.05, `${least} … ${most}`);
  });

  it("knows the other sizes from two without CPU time", () => {
    const { expected, most } = durationModel([at(1_024), at(512)]).slowdown(1_024, 384);
    const truth = formulaMs(384, 60, 40) / formulaMs(1_024, 60, 40);
    near(expected, truth, 0.05);
    assert.ok(most < 1.15 * truth);
  });

  it("returns the measurements, whether they fit the formula or not", () => {
    const sizes = [
      measured({ memorySizeMB: 1_024, meanMs: 100 }),
      measured({ memorySizeMB: 512, meanMs: 97 }),
    ];
    near(durationModel(sizes).slowdown(1_024, 512).expected, 0.97, 1e-9);
    near(durationModel(sizes).durationMs(512)!, 97, 1e-9);
    assert.equal(durationModel([]).durationMs(512), undefined);
  });

  it("assumes no gain above one vCPU until it has been measured", () => {
    const gain = (sizes: Parameters<typeof durationModel>[0]) => durationModel(sizes).slowdown(1_769, 3_008);
    assert.equal(gain([at(1_024, { cpu: true, waitMs: 0 })]).most, 1);
    assert.equal(gain([at(1_769)]).most, 1);
    const twoThreads = [1_024, 2_600].map((size) => at(size, { waitMs: 0, threads: 2 }));
    near(gain(twoThreads).most, 1_769 / 3_008, 0.05);
    near(gain([at(2_600, { cpu: true, waitMs: 0, threads: 2 })]).most, 1_769 / 3_008, 0.05);
  });

  it("sees that one thread gains nothing there", () => {
    const flat = durationModel([at(3_008, { waitMs: 0 }), at(2_400, { waitMs: 0 })]);
    near(flat.slowdown(3_008, 1_769).most, 1, 0.07);
  });

  it("is less certain with fewer measurements", () => {
    const most = (invocations: number, days: number) =>
      durationModel(
        [1_024, 819].map((memorySizeMB) =>
          measured({ memorySizeMB, meanMs: formulaMs(memorySizeMB, 60, 40), spread: 1, invocations }, days),
        ),
      ).slowdown(1_024, 512).most;
    assert.ok(most(20, 1) > most(1_000, 14));
  });

  it("keeps the order of sizes: less memory is never faster than more by the same model", () => {
    const model = durationModel([at(1_024, { cpu: true })]);
    const durations = [3_008, 2_048, 1_769, 1_024, 512, 128].map((size) => model.durationMs(size)!);
    assert.deepEqual(
      durations.toSorted((a, b) => a - b),
      durations,
    );
  });
});
