/** The built bundle, in a sandbox of its own, against the emulated control plane, history table and queue over HTTP. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../local/control-plane";
import { omit } from "../../runtime/updater/omit";
import { buildUpdater } from "../../scripts/build-updater";
import { UpdaterFixture, builtBundle, metricsOf, type FixtureOptions } from "./updater-fixture";
import { functionArn, recommendation } from "./recommendations";

describe("the updater", () => {
  let updater: UpdaterFixture;
  afterEach(() => updater.close());

  async function start(options?: FixtureOptions): Promise<UpdaterFixture> {
    updater = await UpdaterFixture.start(options);
    return updater;
  }

  it("sets the recommended size, logs it, and keeps a record of it", async () => {
    await start();
    const { failed, decisions, logLines } = await updater.settle([
      recommendation({ recommendedMemorySizeMB: 600, billedGBSeconds: 14_000 }),
    ]);
    assert.deepEqual(failed, []);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
    const [{ functionName, status, from, to, reason, sequenceNumber } = {}] = decisions;
    assert.deepEqual(
      { functionName, status, from, to, reason, sequenceNumber },
      {
        functionName: "checkout",
        status: "applied",
        from: 1_024,
        to: 600,
        reason: "window",
        sequenceNumber: "1",
      },
    );
    const metrics = metricsOf(logLines);
    assert.equal(metrics.Applied, 1);
    assert.equal(metrics.MegabytesSaved, 424);
    // 14,000 GB-seconds in 14 days are 1,000 a day, for 730 hours; 424 of 1,024 MB less of that, at $0.0000166667.
    assert.ok(
      Math.abs(metrics.DollarsPerMonthSaved! - ((1_000 * 730) / 24) * (424 / 1_024) * 0.0000166667) < 1e-9,
    );

    const history = await updater.historyOf("checkout");
    assert.equal(history.memorySizeMB, 600);
    assert.equal(history.originalMemorySizeMB, 1_024);
    const change = omit(history.changes[0]!, "at", "revisionId");
    assert.deepEqual(change, {
      from: 1_024,
      to: 600,
      reason: "window",
      trigger: "window",
      windowStart: "2026-01-01T00:00:00.000Z",
      windowEnd: "2026-01-15T00:00:00.000Z",
      sequenceNumber: "1",
      before: { invocations: 1_400, billedGBSeconds: 14_000 },
    });
  });

  it("settles one function's recommendations in order, each after the update before it", async () => {
    await start({ updateDurationMs: 300 });
    const { failed } = await updater.settle([
      recommendation({ recommendedMemorySizeMB: 1_200 }),
      recommendation({ functionName: "search", recommendedMemorySizeMB: 700 }),
      recommendation({ recommendedMemorySizeMB: 1_400, memorySizeMB: 1_200 }),
    ]);
    assert.deepEqual(failed, []);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_200, 1_400]);
    assert.deepEqual(updater.memorySizesSetMB("search"), [700]);
  });

  it("changes nothing in recommend mode, and logs what it would change", async () => {
    await start({ settings: { updateMode: "recommend" } });
    const { decisions, logLines } = await updater.settle([recommendation()]);
    assert.deepEqual(
      decisions.map(({ status, from, to, reason }) => [status, from, to, reason]),
      [["skipped", 1_024, 600, "recommend-mode"]],
    );
    assert.equal(metricsOf(logLines).MegabytesToSave, 424);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), []);
    assert.deepEqual((await updater.historyOf("checkout")).changes, []);
  });

  it("leaves alone a function whose owner opted out, and one that is gone", async () => {
    await start();
    updater.controlPlane.functions.get("search")!.tags = { "memory-optimizer": "off" };
    const { failed, decisions, logLines } = await updater.settle([
      recommendation({ functionName: "search" }),
      recommendation({ functionName: "gone" }),
    ]);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      new Set(decisions.map(({ reason }) => reason)),
      new Set(["opted-out", "no-such-function"]),
    );
    assert.equal(metricsOf(logLines)["Skipped:opted-out"], 1);
    assert.deepEqual(updater.memorySizesSetMB("search"), []);
  });

  it("does nothing more when a batch comes again", async () => {
    await start();
    const batch = [
      recommendation({ recommendedMemorySizeMB: 1_200 }),
      recommendation({ recommendedMemorySizeMB: 1_400, memorySizeMB: 1_200 }),
    ];
    await updater.settle(batch);
    const { failed, decisions } = await updater.settle(batch);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      decisions.map(({ reason }) => reason),
      ["already-settled", "already-settled"],
    );
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_200, 1_400]);
  });

  it("applies a change once when the answer is lost", async () => {
    let lost = 0;
    await start({
      fault: ({ operation }): Fault => ({
        loseAnswer: operation === "UpdateFunctionConfiguration" && lost++ === 0,
      }),
    });
    const { decisions } = await updater.settle([recommendation()]);
    assert.deepEqual(
      decisions.map(({ status }) => status),
      ["applied"],
    );
    assert.equal(lost, 2, "the SDK asks again");
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
  });

  it("keeps its pace, and slows down when others use up the account's calls", async () => {
    let throttled = 0;
    await start({
      requestsPerSecond: 15,
      settings: { updatesPerSecond: 5 },
      fault: () => ({ throttle: throttled++ < 3 }),
    });
    const beganMs = performance.now();
    const { failed } = await updater.settle([recommendation(), recommendation({ functionName: "search" })]);
    assert.deepEqual(failed, []);
    assert.deepEqual(updater.memorySizesSetMB("search"), [600]);
    // Two reads, two updates and three retries: seven turns, one every 200 ms.
    assert.ok(performance.now() - beganMs >= 6 * 200 - 20);
  });

  it("waits while somebody else updates the function", async () => {
    await start({ updateDurationMs: 400 });
    updater.controlPlane.functions.get("checkout")!.deploy({ Timeout: 30 });
    const { decisions } = await updater.settle([recommendation()]);
    assert.deepEqual(
      decisions.map(({ status }) => status),
      ["applied"],
    );
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
  });

  it("returns a record that can be retried, with later ones of the same function", async () => {
    await start({
      timeoutMs: 2_500,
      fault: ({ functionName }) => ({ conflict: functionName === "checkout" }),
    });
    const { failed, decisions } = await updater.settle([
      recommendation({ recommendedMemorySizeMB: 1_200 }),
      recommendation({ functionName: "search" }),
      recommendation({ recommendedMemorySizeMB: 1_400 }),
    ]);
    assert.deepEqual(failed, ["1", "3"]);
    assert.deepEqual(updater.memorySizesSetMB("search"), [600]);
    assert.equal(decisions.find(({ sequenceNumber }) => sequenceNumber === "1")!.failure, "retried");
    assert.deepEqual(updater.deadLetters, []);
  });

  it("loses nothing when Lambda ends it in the middle of a batch", async () => {
    let slow = true;
    await start({
      fault: ({ operation, functionName }): Fault | undefined =>
        slow && operation === "UpdateFunctionConfiguration" && functionName === "checkout"
          ? { delayMs: 60_000 }
          : undefined,
    });
    const batch = [recommendation(), recommendation({ functionName: "search" })];
    const ended = assert.rejects(updater.settle(batch), /the updater's sandbox ended \(SIGKILL\)/);
    const isUnderWay = async () =>
      updater.memorySizesSetMB("checkout").length > 0 &&
      (await updater.historyOf("search")).settledSequenceNumber === "2";
    while (!(await isUnderWay())) await sleep(20);
    await updater.host.kill();
    await ended;
    slow = false;
    const { failed, decisions } = await updater.settle(batch);
    assert.deepEqual(failed, []);
    assert.deepEqual(decisions.map(({ functionName, reason }) => `${functionName}: ${reason}`).sort(), [
      "checkout: already-applied",
      "search: already-settled",
    ]);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
    assert.deepEqual(updater.memorySizesSetMB("search"), [600]);
  });

  it("gives up, with the reason, a record that the control plane refuses or that has failed for too long", async () => {
    await start({
      timeoutMs: 2_500,
      fault: ({ functionName }) => ({
        accessDenied: functionName === "checkout",
        conflict: functionName === "search",
      }),
    });
    const twoHoursAgo = { arrivedAtMs: Date.now() - 7_200_000 };
    const { failed } = await updater.settle(
      [recommendation(), recommendation({ functionName: "search" })],
      twoHoursAgo,
    );
    assert.deepEqual(failed, []);
    const [denied, late] = ["1", "2"].map((sequenceNumber) =>
      updater.deadLetters.find((letter) => letter.sequenceNumber === sequenceNumber),
    );
    assert.match(denied!.reason, /AccessDenied/);
    assert.deepEqual(JSON.parse(denied!.data), recommendation());
    assert.match(late!.reason, /ResourceConflict/);
    assert.equal((await updater.historyOf("checkout")).memorySizeMB, undefined);
  });

  it("keeps a record that neither the function nor the queue accepts", async () => {
    await start({ timeoutMs: 20_000 });
    updater.deadLetterQueue.broken = true;
    const { failed } = await updater.settle(["not JSON", recommendation()]);
    assert.deepEqual(failed, ["1"]);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
  });

  it("publishes and moves the alias if traffic goes through one", async () => {
    await start({
      functions: [
        {
          functionName: "checkout",
          functionArn: functionArn("checkout"),
          memorySizeMB: 1_024,
          aliasName: "live",
        },
      ],
      updateDurationMs: 100,
      settings: { aliasName: "live" },
    });
    const fn = updater.controlPlane.functions.get("checkout")!;
    const { decisions } = await updater.settle([recommendation({ functionVersion: "1" })]);
    assert.deepEqual(
      decisions.map(({ status, from, to }) => [status, from, to]),
      [["applied", 1_024, 600]],
    );
    assert.equal(fn.alias("live").functionVersion, "2");
    assert.equal(fn.describe("live").MemorySize, 600);
    assert.equal(fn.describe("1").MemorySize, 1_024);
    assert.equal(fn.describe("live").State, "Active");
  });

  it("publishes once, whichever answer is lost", async () => {
    const lost = new Set<string>();
    await start({
      functions: [
        {
          functionName: "checkout",
          functionArn: functionArn("checkout"),
          memorySizeMB: 1_024,
          aliasName: "live",
        },
      ],
      settings: { aliasName: "live" },
      fault: ({ operation }): Fault => ({
        loseAnswer: !operation.startsWith("Get") && !lost.has(operation) && lost.add(operation).size > 0,
      }),
    });
    const fn = updater.controlPlane.functions.get("checkout")!;
    const { decisions } = await updater.settle([recommendation({ functionVersion: "1" })]);
    assert.deepEqual([...lost].sort(), ["PublishVersion", "UpdateAlias", "UpdateFunctionConfiguration"]);
    assert.deepEqual(
      decisions.map(({ status, from, to }) => [status, from, to]),
      [["applied", 1_024, 600]],
    );
    assert.deepEqual(fn.memorySizesSetMB, [600]);
    assert.deepEqual([...fn.versions.keys()], ["1", "2"]);
    assert.equal(fn.describe("live").MemorySize, 600);
  });

  it("never publishes a deployment to $LATEST that nobody released", async () => {
    await start({
      functions: [
        {
          functionName: "checkout",
          functionArn: functionArn("checkout"),
          memorySizeMB: 1_024,
          aliasName: "live",
        },
      ],
      settings: { aliasName: "live" },
    });
    const fn = updater.controlPlane.functions.get("checkout")!;
    fn.deploy({ CodeSha256: "unreleased" });
    const { decisions } = await updater.settle([recommendation({ functionVersion: "1" })]);
    assert.deepEqual(
      decisions.map(({ reason }) => reason),
      ["latest-differs-from-alias"],
    );
    assert.deepEqual(fn.memorySizesSetMB, []);
    assert.equal(fn.alias("live").functionVersion, "1");
  });

  it("puts the old size back, and keeps it, when a change down did harm", async () => {
    await start({ settings: { cooldown: "0s" } });
    await updater.settle([recommendation({ billedGBSeconds: 1_400 })]);
    const after = { memorySizeMB: 600, windowStart: new Date().toISOString(), windowEnd: inMinutes(30) };
    const { decisions } = await updater.settle(
      [recommendation({ ...after, recommendedMemorySizeMB: 500, billedGBSeconds: 1_680 })],
      { firstSequenceNumber: 2 },
    );
    assert.deepEqual(
      decisions.map(({ status, from, to, reason, detail }) => [status, from, to, reason, detail]),
      [["applied", 600, 1_024, "regression", "billed GB-seconds per invocation rose by 20%"]],
    );
    const again = await updater.settle([recommendation({ windowEnd: inMinutes(30) })], {
      firstSequenceNumber: 3,
    });
    assert.deepEqual(
      again.decisions.map(({ reason }) => reason),
      ["held"],
    );
  });

  it("goes up at once if a sandbox was at its cap in a single moment", async () => {
    await start();
    const at = { windowStart: "2026-01-10T12:00:00.000Z", windowEnd: "2026-01-10T12:00:00.000Z" };
    const { decisions, logLines } = await updater.settle([
      recommendation({
        ...at,
        reason: "memory-pressure",
        recommendedMemorySizeMB: 1_280,
        outOfMemory: 1,
        billedGBSeconds: 5,
      }),
      recommendation({ memorySizeMB: 1_280 }),
    ]);
    assert.deepEqual(
      decisions.map(({ status, to, reason }) => [status, to, reason]),
      [
        ["applied", 1_280, "memory-pressure"],
        ["skipped", 640, "after-memory-pressure"],
      ],
    );
    assert.equal(metricsOf(logLines).DollarsPerMonthSaved, undefined);
  });

  it("refuses to start with a setting out of its range, in one sentence", async () => {
    await start();
    await assert.rejects(UpdaterFixture.start({ settings: { minMemoryMB: "12" } }), {
      message: "minMemoryMB is 12; it must be a whole number from 128 to 10240.",
    });
  });

  it("is built to the same bytes each time", async () => {
    await start();
    const again = await mkdtemp(join(tmpdir(), "updater-again-"));
    try {
      await buildUpdater(again);
      const one = await readFile(await builtBundle());
      assert.ok(one.equals(await readFile(join(again, "updater", "index.js"))));
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });
});

/** As far ahead as `maxClockSkew` lets a window end. */
function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
