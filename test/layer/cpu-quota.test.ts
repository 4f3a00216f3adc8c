import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { predictDurationMs } from "../../bench/cpu/predict";
import { PERIOD_MS, Quota } from "../../bench/cpu/quota";
import { statLine } from "../../bench/cpu/stat-line";
import { FakeKinesis } from "./fake-kinesis";
import { shutDownSound, startLayer } from "./layer-sandbox";
import { report } from "./telemetry";

/** How long code takes under the quota on a virtual clock, polled each millisecond. */
function runUnderQuota(memorySizeMB: number, cpuMs: number, threads = 1): number {
  const quota = new Quota(memorySizeMB);
  let leftMs = cpuMs;
  let usedMs = 0;
  for (let nowMs = 0; ; nowMs += 1) {
    if (leftMs <= 0) return nowMs;
    const mayRun = quota.mayRun(nowMs, usedMs);
    usedMs = mayRun ? threads : 0;
    leftMs -= usedMs;
  }
}

describe("the CPU quota of the bench", () => {
  it("gives busy code memory / 1,769 MB of a processor, and no more than its threads can use", () => {
    const cases = [
      { memorySizeMB: 128, threads: 1, share: 128 / 1_769 },
      { memorySizeMB: 1_024, threads: 1, share: 1_024 / 1_769 },
      { memorySizeMB: 1_024, threads: 2, share: 1_024 / 1_769 },
      { memorySizeMB: 3_008, threads: 1, share: 1 },
      { memorySizeMB: 3_008, threads: 2, share: 3_008 / 1_769 },
    ];
    for (const { memorySizeMB, threads, share } of cases) {
      const ratio = runUnderQuota(memorySizeMB, 1_000, threads) / (1_000 / share);
      assert.ok(Math.abs(ratio - 1) < 0.03, `${memorySizeMB} MB, ${threads} threads: ${ratio}`);
    }
  });

  it("doesn't let code save up unused time, and deducts excess time from the next periods", () => {
    const quota = new Quota(884.5);
    assert.equal(quota.mayRun(0, 0), true);
    assert.equal(quota.mayRun(50 * PERIOD_MS, 0), true, "half of a period is left, not 25");
    assert.equal(quota.mayRun(50 * PERIOD_MS + 15, 15), false);
    assert.equal(quota.mayRun(51 * PERIOD_MS, 0), true, "5 ms of 10 were used before");
    assert.equal(quota.mayRun(51 * PERIOD_MS + 5, 5), false);
  });
});

describe("the duration predicted from one size", () => {
  const seen = { invocations: 20, memorySizeMB: 512 };

  it("grows if all of it is CPU time, and stays the same if none is", () => {
    const busy = predictDurationMs({ ...seen, durationMs: 345.5, cpuMs: 100 }, 256);
    assert.ok(Math.abs(busy / 691 - 1) < 0.05, `${busy} ms`);
    const waiting = predictDurationMs({ ...seen, durationMs: 345.5, cpuMs: 0 }, 256);
    assert.ok(Math.abs(waiting / 345.5 - 1) < 0.05, `${waiting} ms`);
  });
});

describe("the layer's CPU time in a sandbox with a /proc/stat of its own", () => {
  let directory: string;
  let kinesis: FakeKinesis;
  before(function () {
    const rights = process.getuid?.() === 0 ? [] : ["--map-root-user"];
    const { status } = spawnSync("unshare", [
      ...rights,
      "--mount",
      "mount",
      "--bind",
      "/proc/stat",
      "/proc/stat",
    ]);
    if (status !== 0) this.skip();
  });
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), "stat-"));
    kinesis = await FakeKinesis.listen();
  });
  afterEach(async () => {
    await kinesis.close();
    await rm(directory, { recursive: true });
  });

  it("starts at the first INVOKE, is split by duration, and excludes the layer's own time", async () => {
    const statFile = path.join(directory, "stat");
    const use = (ms: number) => writeFile(statFile, statLine(ms));
    await use(50_000);
    const sandbox = await startLayer(kinesis, { statFile });
    await use(100_000);
    await sandbox.invoke();
    // The layer asks for the next event first and reads the file afterwards, but before it takes a delivery.
    await sandbox.deliver([]);
    await use(400_000);
    await sandbox.deliver([
      report({ durationMs: 1_000 }),
      report({ durationMs: 2_000, memorySizeMB: 1_024, initDurationMs: 333 }),
    ]);
    await sandbox.invoke();
    await kinesis.until(() => kinesis.records.length === 2);
    await use(401_000);
    await sandbox.deliver([report({ durationMs: 1_000 })]);
    await shutDownSound(sandbox);

    const cpuMs = kinesis.records.map((record) => record.cpuMs ?? NaN);
    // The layer itself, loading included, takes far less than a second.
    const expected = [100_000, 200_000, 1_000];
    assert.ok(
      cpuMs.every((ms, index) => ms <= expected[index]! && ms > expected[index]! - 1_000),
      String(cpuMs),
    );
    const total = cpuMs.reduce((sum, ms) => sum + ms);
    assert.ok(total < 401_000 - 100_000, `the layer's own time is in ${total} ms`);
    assert.deepEqual(
      kinesis.records.map(({ initDurationMs, coldStarts }) => [initDurationMs, coldStarts]),
      [
        [undefined, undefined],
        [333, 1],
        [undefined, undefined],
      ],
    );
    assert.deepEqual(sandbox.log, []);
  });

  it("is absent, without a log line, if /proc/stat can't be read", async () => {
    const statFile = path.join(directory, "stat");
    await writeFile(statFile, "");
    const sandbox = await startLayer(kinesis, { statFile });
    await sandbox.invoke();
    await sandbox.deliver([report()]);
    await shutDownSound(sandbox);
    assert.equal(kinesis.invocations, 1);
    assert.ok(!("cpuMs" in kinesis.records[0]!));
    assert.deepEqual(sandbox.log, []);
  });
});
