/** The change window in the built bundle: recommendations outside of it wait, and are judged again once it opens. */
import assert from "node:assert/strict";
import type { CommandAnswer } from "../../runtime/updater/command";
import type { DeferredAnswer } from "../../runtime/updater/deferred";
import { observation, recommendation } from "./recommendations";
import { decisionsOf, metricsOf, UpdaterFixture, type FixtureOptions } from "./updater-fixture";

/** A Thursday in winter: Berlin is an hour ahead. */
const ARRIVAL = "2026-01-15T01:00:00.000Z";
const BEFORE_OPENING = "2026-01-15T07:59:00.000Z";
const OPENING = "2026-01-15T08:00:00.000Z";

const pressure = (fields = {}) =>
  recommendation({
    reason: "memory-pressure",
    recommendedMemorySizeMB: 1_300,
    outOfMemory: 1,
    windowStart: "2026-01-15T00:30:00.000Z",
    windowEnd: "2026-01-15T00:30:00.000Z",
    ...fields,
  });

describe("the updater, with a change window", () => {
  let updater: UpdaterFixture;
  let now: string;
  afterEach(() => updater.close());

  async function start(options: FixtureOptions = {}): Promise<void> {
    now = ARRIVAL;
    updater = await UpdaterFixture.start({
      ...options,
      settings: { changeWindow: "Mon-Fri 09:00-17:00 Europe/Berlin", ...options.settings },
      clock: () => Date.parse(now),
    });
  }

  async function walk(at: string) {
    now = at;
    const { response, logLines } = await updater.host.invoke<DeferredAnswer>({ applyDeferred: true });
    const decisions = decisionsOf(logLines).map(({ functionName, status, to, reason }) =>
      [functionName, status, to, reason].join(" "),
    );
    return { response, decisions, logLines };
  }

  it("makes a change down once the window opens, and not before", async () => {
    await start();
    const { failed, decisions, logLines } = await updater.settle([recommendation()]);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      decisions.map(({ status, from, to, reason }) => [status, from, to, reason]),
      [["skipped", 1_024, 600, "outside-change-window"]],
    );
    assert.equal(metricsOf(logLines)["Skipped:outside-change-window"], 1);
    const { deferred } = await updater.historyOf("checkout");
    assert.deepEqual([deferred!.since, deferred!.to, deferred!.sequenceNumber], [ARRIVAL, 600, "1"]);

    const calls = updater.controlPlane.calls.length;
    assert.deepEqual((await walk(BEFORE_OPENING)).response, { settled: 0, left: 0 });
    assert.equal(updater.controlPlane.calls.length, calls);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), []);

    const opened = await walk(OPENING);
    assert.deepEqual(opened.response, { settled: 1, left: 0 });
    assert.deepEqual(opened.decisions, ["checkout applied 600 window"]);
    assert.equal(metricsOf(opened.logLines).Applied, 1);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
    const history = await updater.historyOf("checkout");
    assert.equal(history.deferred, undefined);
    const [change] = history.changes;
    assert.deepEqual(
      [change!.at, change!.windowEnd, change!.sequenceNumber, change!.before!.invocations],
      [OPENING, "2026-01-15T00:00:00.000Z", "1", 1_400],
    );

    assert.deepEqual((await walk(OPENING)).response, { settled: 0, left: 0 });
    const again = await updater.settle([recommendation()]);
    assert.deepEqual(
      again.decisions.map(({ reason }) => reason),
      ["already-settled"],
    );
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
  });

  it("lowers only inside the window, and raises at once at any time", async () => {
    await start();
    const up = await updater.settle([
      recommendation({ recommendedMemorySizeMB: 1_400, peakMB: 1_000 }),
      pressure({ functionName: "search" }),
    ]);
    assert.deepEqual(up.decisions.map(({ status, to }) => [status, to]).sort(), [
      ["applied", 1_300],
      ["applied", 1_400],
    ]);
    await updater.host.kill();
    await updater.close();

    await start();
    now = OPENING;
    await updater.settle([recommendation()]);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
  });

  it("keeps a deferred change through observations and repeated batches, and lets newer windows replace it", async () => {
    await start();
    await updater.settle([recommendation()]);
    await updater.settle([observation({ windowStart: "2026-01-14T00:00:00.000Z" })], {
      firstSequenceNumber: 2,
    });
    const again = await updater.settle([recommendation()]);
    assert.deepEqual(
      again.decisions.map(({ reason }) => reason),
      ["outside-change-window"],
    );
    assert.equal((await updater.historyOf("checkout")).deferred!.sequenceNumber, "1");

    const newer = { windowStart: "2026-01-01T01:00:00.000Z", windowEnd: "2026-01-15T01:00:00.000Z" };
    await updater.settle([recommendation({ ...newer, recommendedMemorySizeMB: 700 })], {
      firstSequenceNumber: 3,
    });
    assert.deepEqual((await walk(OPENING)).decisions, ["checkout applied 700 window"]);
  });

  it("drops a deferred change when a newer window asks for nothing", async () => {
    await start();
    await updater.settle([recommendation()]);
    await updater.settle([recommendation({ recommendedMemorySizeMB: 1_020, peakMB: 1_000 })], {
      firstSequenceNumber: 2,
    });
    assert.equal((await updater.historyOf("checkout")).deferred, undefined);
    assert.deepEqual((await walk(OPENING)).decisions, []);
  });

  it("takes memory pressure since then into account", async () => {
    await start();
    await updater.settle([recommendation(), recommendation({ functionName: "search" })]);
    now = "2026-01-15T03:00:01.000Z";
    // One of them is raised, which voids its deferred change. The other one's record claims less memory than it has.
    await updater.settle([pressure(), pressure({ functionName: "search", recommendedMemorySizeMB: 1_024 })], {
      firstSequenceNumber: 3,
    });
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_300]);
    assert.equal((await updater.historyOf("checkout")).deferred, undefined);
    assert.deepEqual((await walk(OPENING)).decisions, ["search skipped 1024 no-change"]);
    const { deferred, settledSequenceNumber } = await updater.historyOf("search");
    assert.equal(deferred, undefined, "it was settled for good");
    assert.equal(settledSequenceNumber, "4", "and so is what came after it");
    assert.deepEqual(updater.memorySizesSetMB("search"), []);
  });

  it("takes a hold, the owner's tag, another size and a deletion since then into account", async () => {
    const names = ["held", "tagged", "resized", "deleted"];
    await start({
      functions: names.map((functionName) => ({
        functionName,
        functionArn: recommendation({ functionName }).functionArn,
        memorySizeMB: 1_024,
      })),
    });
    await updater.settle(names.map((functionName) => recommendation({ functionName })));
    const held = await updater.historyOf("held");
    await updater.writeHistory({ ...held, hold: { since: ARRIVAL, reason: "rolled back" } });
    const { functions } = updater.controlPlane;
    functions.get("tagged")!.tags = { "memory-optimizer": "off" };
    functions.get("resized")!.update({ MemorySize: 2_048 });
    functions.delete("deleted");
    const { response, decisions } = await walk(OPENING);
    assert.deepEqual(decisions.sort(), [
      "deleted skipped  no-such-function",
      "held skipped 600 held",
      "resized skipped 600 measured-at-another-size",
      "tagged skipped 600 opted-out",
    ]);
    assert.deepEqual(response, { settled: 4, left: 0 });
    assert.deepEqual((await walk(OPENING)).response, { settled: 0, left: 0 }, "settled for good");
  });

  it("retries failures at the next event, and gives up on changes that Lambda refuses permanently", async () => {
    let fails = true;
    await start({
      fault: ({ functionName, operation }) => {
        if (operation !== "UpdateFunctionConfiguration") return undefined;
        return functionName === "search" ? { accessDenied: true } : { serviceError: fails };
      },
    });
    await updater.settle([recommendation(), recommendation({ functionName: "search" })]);
    const { response } = await walk(OPENING);
    assert.deepEqual(response, { settled: 1, left: 1 });
    assert.ok((await updater.historyOf("checkout")).deferred);
    assert.equal((await updater.historyOf("search")).deferred, undefined);
    assert.deepEqual(
      updater.deadLetters.map(({ sequenceNumber, data }) => [sequenceNumber, JSON.parse(data) as unknown]),
      [["2", recommendation({ functionName: "search" })]],
    );
    fails = false;
    await updater.host.kill();
    assert.deepEqual((await walk("2026-01-15T08:15:00.000Z")).decisions, ["checkout applied 600 window"]);
  });

  it("rolls back at any time, even to a smaller size", async () => {
    await start();
    await updater.settle([pressure()]);
    const { response } = await updater.host.invoke<CommandAnswer>({
      rollback: { functionNames: ["checkout"] },
    });
    assert.deepEqual(
      response.outcomes.map(({ status, to }) => [status, to]),
      [["applied", 1_024]],
    );
  });
});
