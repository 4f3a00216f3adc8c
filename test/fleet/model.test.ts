import assert from "node:assert/strict";
import fc from "fast-check";
import { demandOf } from "../../local/fleet/demand";
import { durationAt } from "../../local/fleet/duration";
import { checkFleet } from "../../local/fleet/fleet-file";
import { play } from "../../local/fleet/invocations";
import { telemetryRecordSchema } from "../../runtime/contract";

function fleetOf(values: object) {
  const fn = {
    functionName: "a",
    memorySizeMB: 512,
    invocationsPerDay: 50,
    usedMB: 300,
    duration: { waitMs: 10, cpuMs: 90 },
  };
  return checkFleet({ start: "2026-01-01T00:00:00Z", days: 3, functions: [{ ...fn, ...values }] }, "f.json");
}

describe("a fleet's durations", () => {
  it("are wait and CPU, which stretches below a core for each thread", () => {
    const model = (threads: number) => ({ waitMs: 40, cpuMs: 120, threads });
    assert.deepEqual(durationAt(model(1), 1_769), { durationMs: 160, cpuMs: 120 });
    assert.deepEqual(durationAt(model(1), 10_240), { durationMs: 160, cpuMs: 120 });
    assert.deepEqual(durationAt(model(2), 1_769), { durationMs: 280, cpuMs: 240 });
    // 1,024 MB are 1,024/1,769 of a core.
    assert.ok(Math.abs(durationAt(model(1), 1_024).durationMs - (40 + (120 * 1_769) / 1_024)) < 1e-9);
  });

  it("from a table are the table's at its sizes, and linear over 1/size between two of them", () => {
    const table = { "1024": 111, "128": 954, "256": 473 };
    for (const [size, durationMs] of Object.entries(table)) {
      assert.equal(durationAt(table, Number(size)).durationMs, durationMs);
    }
    // 1/512 is a third of the way from 1/1024 to 1/256.
    assert.ok(Math.abs(durationAt(table, 512).durationMs - (111 + (473 - 111) / 3)) < 1e-9);
    assert.equal(durationAt(table, 3_008).durationMs, 111);
    assert.equal(durationAt({ "256": 100 }, 128).durationMs, 200);
  });

  it("never rise with the size, nor take more CPU than a size has", () => {
    const size = fc.integer({ min: 128, max: 10_240 });
    const model = fc.record({
      waitMs: fc.nat(1_000),
      cpuMs: fc.nat(1_000),
      threads: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(model, size, size, (duration, a, b) => {
        const [small, large] = [durationAt(duration, Math.min(a, b)), durationAt(duration, Math.max(a, b))];
        assert.ok(large.durationMs <= small.durationMs + 1e-9);
        assert.ok(
          small.cpuMs <=
            (small.durationMs * Math.max(Math.min(a, b), 1_769 * duration.threads)) / 1_769 + 1e-6,
        );
      }),
    );
  });
});

describe("a fleet's invocations", () => {
  it("want the same at any size, each day", () => {
    const fleet = fleetOf({ usedSpread: 0.1 });
    const [fn] = fleet.functions;
    assert.deepEqual(demandOf(fn!, 1, fleet), demandOf(fn!, 1, fleet));
    assert.notDeepEqual(demandOf(fn!, 1, fleet), demandOf(fn!, 2, fleet));
    for (const { usedMB, timeMs } of demandOf(fn!, 1, fleet)) {
      assert.ok(usedMB >= 270 && usedMB <= 330);
      assert.equal(new Date(timeMs).toISOString().slice(0, 10), "2026-01-02");
    }
  });

  it("are out of memory exactly if they want more than there is", () => {
    const fleet = fleetOf({ usedSpread: 0.5 });
    const [fn] = fleet.functions;
    const wanted = demandOf(fn!, 0, fleet);
    for (const size of [128, 300, 301, 450]) {
      const { outOfMemory, peakUsedMB, records } = play(fn!, wanted, size, 0);
      assert.equal(outOfMemory, wanted.filter(({ usedMB }) => usedMB > size).length);
      assert.equal(peakUsedMB, Math.min(size, Math.max(...wanted.map(({ usedMB }) => usedMB))));
      for (const record of records) assert.equal(telemetryRecordSchema.safeParse(record).success, true);
    }
  });

  it("are a log line each if the function joins by its log, with as many errors as the layer would count", () => {
    const fleet = fleetOf({ via: "logs", runtime: "python3.13", weight: 7, errorRate: 0.3 });
    const [fn] = fleet.functions;
    const wanted = demandOf(fn!, 0, fleet);
    const { records, reports = [], invocations } = play(fn!, wanted, 512, 0);
    assert.equal(reports.length, invocations);
    assert.equal(new Set(reports.map(({ requestId }) => requestId)).size, invocations);
    const [record] = records;
    assert.ok(record!.errors > 0 && record!.errors < invocations);
    assert.equal(reports.filter(({ status }) => status === "error").length, record!.errors);
    assert.equal(record!.cpuMs, undefined);
    const sum = reports.reduce((total, { billedDurationMs }) => total + billedDurationMs, 0);
    assert.equal(sum, record!.billedDurationMs);
    assert.equal(play({ ...fn!, via: "layer" }, wanted, 512, 0).reports, undefined);
  });

  it("count as often as each of them stands for, and report their CPU time if they can", () => {
    const sums = (values: object) => {
      const fleet = fleetOf(values);
      const [fn] = fleet.functions;
      const { records, invocations, billedGBSeconds } = play(fn!, demandOf(fn!, 0, fleet), 512, 0);
      const [record] = records as { billedDurationMs: number; maxMemoryUsedMB: number; cpuMs?: number }[];
      const { billedDurationMs, maxMemoryUsedMB, cpuMs } = record!;
      return { invocations, billedDurationMs, maxMemoryUsedMB, cpuMs, billedGBSeconds };
    };
    // 10 ms of waiting and 90 of CPU take 321 ms at 512 MB.
    const expected = (invocations: number) => ({
      invocations,
      billedDurationMs: invocations * 321,
      maxMemoryUsedMB: 300,
      cpuMs: invocations * 90,
      billedGBSeconds: (invocations * 0.321) / 2,
    });
    const { billedGBSeconds, ...many } = sums({ weight: 1_000 });
    assert.deepEqual(sums({}), expected(50));
    assert.deepEqual({ ...many, billedGBSeconds: Math.round(billedGBSeconds) }, expected(50_000));
    assert.equal(sums({ cpu: false }).cpuMs, undefined);
  });

  it("vary from day to day as little as many would, if each of them stands for many", () => {
    const means = (values: object) => {
      const fleet = fleetOf({ durationSpread: 0.5, errorRate: 0.02, ...values });
      const [fn] = fleet.functions;
      return [0, 1].map((day) => {
        const { records, invocations, durationMs } = play(fn!, demandOf(fn!, day, fleet), 512, day);
        return { meanMs: durationMs / invocations, errorRate: records[0]!.errors / invocations };
      });
    };
    // 50 of them come within 4% of 321 ms, 50,000 within a tenth of that; the number of failures varies as chance would
    // have it.
    for (const { meanMs, errorRate } of means({ weight: 1_000 })) {
      assert.ok(Math.abs(meanMs / 321.02 - 1) < 0.005, String(meanMs));
      assert.ok(Math.abs(errorRate - 0.02) < 0.003, String(errorRate));
    }
    assert.ok(means({}).some(({ meanMs }) => Math.abs(meanMs / 321.02 - 1) > 0.005));
  });
});
