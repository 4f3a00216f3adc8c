import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readDemand } from "../../local/fleet/demand-file";
import { checkFleet, readFleet } from "../../local/fleet/fleet-file";
import { InputError } from "../../local/input/lines";

const FUNCTION = {
  functionName: "orders",
  memorySizeMB: 1_024,
  invocationsPerDay: 96,
  usedMB: 310,
  duration: { waitMs: 40, cpuMs: 120 },
};
const fleet = (...functions: object[]) => ({ start: "2026-01-01T00:00:00Z", days: 2, functions });

describe("a fleet's file", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "fleet-file-test-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  it("is a fleet with its defaults filled in, for as many days as the command line says", () => {
    const { days, functions } = checkFleet(fleet(FUNCTION), "f.json", 9);
    assert.equal(days, 9);
    assert.deepEqual(functions, [
      {
        ...FUNCTION,
        duration: { waitMs: 40, cpuMs: 120, threads: 1 },
        weight: 1,
        architecture: "x86_64",
        usedSpread: 0,
        durationSpread: 0,
        errorRate: 0,
        cpu: true,
        via: "layer",
        runtime: "nodejs22.x",
      },
    ]);
  });

  const faults: readonly (readonly [unknown, RegExp])[] = [
    [[], /^f\.json: it is \[\]; it must be/],
    [fleet(), /^f\.json: functions is \[\]; it must have at least one function\.$/],
    [{ ...fleet(FUNCTION), days: 0 }, /^f\.json: days is 0; it must be a whole number from 1 to 372\.$/],
    [{ ...fleet(FUNCTION), start: "2026-01-01T01:00:00Z" }, /: start is .*; it must be the UTC midnight/],
    [{ ...fleet(FUNCTION), end: 1 }, /^f\.json: end is not known here\.$/],
    [
      fleet(FUNCTION, { ...FUNCTION, functionName: "b", memorySizeMB: 64 }),
      /^f\.json: functions\[1\]\.memorySizeMB is 64; it must be a whole number from 128 to 10240\.$/,
    ],
    [fleet({ ...FUNCTION, usedMB: "310" }), /: functions\[0\]\.usedMB is "310"; it must be a number of MB/],
    [
      fleet({ ...FUNCTION, usedMB: [310] }),
      /: functions\[0\]\.usedMB has 1 entries; it must have one for each/,
    ],
    [
      fleet({ ...FUNCTION, duration: { waitMs: 1 } }),
      /: functions\[0\]\.duration is .*; it must be \{"waitMs"/,
    ],
    [
      fleet({ ...FUNCTION, duration: {} }),
      /: functions\[0\]\.duration is \{\}; it must name at least one memory size\.$/,
    ],
    [
      fleet({ ...FUNCTION, errorRate: 2 }),
      /: functions\[0\]\.errorRate is 2; it must be a number from 0 to 1\.$/,
    ],
    [fleet({ ...FUNCTION, colour: 1 }), /: functions\[0\]\.colour is not known here\.$/],
    [fleet({ ...FUNCTION, functionName: undefined }), /: functions\[0\]\.functionName is .*; it must be/],
    [fleet(FUNCTION, FUNCTION), /: functions\[1\]\.functionName is orders; two functions have it\.$/],
  ];
  for (const [value, sentence] of faults) {
    it(`is refused in one sentence with the place: ${String(sentence)}`, () => {
      assert.throws(
        () => checkFleet(value, "f.json"),
        (error) => {
          assert.ok(error instanceof InputError);
          assert.match(error.message, sentence);
          assert.match(error.message, /^[^\n]+\.$/);
          return true;
        },
      );
    });
  }

  it("is refused in one sentence if it isn't JSON, or doesn't exist", () => {
    const file = path.join(directory, "broken.json");
    fs.writeFileSync(file, "{");
    assert.throws(() => readFleet(file), /^InputError: .*broken\.json is not JSON: [^\n]*\.$/);
    assert.throws(() => readFleet(path.join(directory, "none.json")), /none\.json can't be read: [^\n]*\.$/);
  });

  it("takes its demand from rows, each an invocation, and names a wrong one's line", async () => {
    const file = path.join(directory, "demand.csv");
    const one = checkFleet(fleet(FUNCTION), "f.json");
    const rows = (...lines: string[]) => {
      fs.writeFileSync(file, ["usedMB,time,functionName", ...lines].join("\n"));
      return readDemand(file, one);
    };
    const demand = await rows("2.6,2026-01-02T00:00:00Z,orders", "1,2026-01-01T00:00:00Z,orders");
    assert.deepEqual(
      demand.get("orders")?.map(({ usedMB }) => usedMB),
      [1, 3],
    );
    await assert.rejects(
      rows("1,2026-01-01T00:00:00Z,x"),
      /line 2: functionName is "x"; the fleet has no such/,
    );
    await assert.rejects(rows("1,yesterday,orders"), /line 2: time is "yesterday"; it must be/);
    await assert.rejects(rows(",2026-01-01T00:00:00Z,orders"), /line 2: usedMB is ""; it must be/);
    await assert.rejects(rows('"1,2026-01-01T00:00:00Z,orders'), /line 2: .*quotes/);
    fs.writeFileSync(file, "time,functionName\n");
    await assert.rejects(readDemand(file, one), /without the column usedMB; its header must have/);
  });
});
