/** The operator's commands. */
import assert from "node:assert/strict";
import type { CommandAnswer } from "../../runtime/updater/command";
import { UpdaterFixture } from "./updater-fixture";
import { functionArn, recommendation } from "./recommendations";

describe("the updater's commands", () => {
  let updater: UpdaterFixture;
  beforeEach(async () => {
    updater = await UpdaterFixture.start({ settings: { cooldown: "0s" } });
  });
  afterEach(() => updater.close());

  async function ask(command: unknown): Promise<CommandAnswer> {
    const { response } = await updater.host.invoke<CommandAnswer>(command);
    return {
      ...response,
      outcomes: response.outcomes.sort((a, b) => (a.functionName < b.functionName ? -1 : 1)),
    };
  }

  it("put one function back, hold it there, and release it", async () => {
    await updater.settle([recommendation(), recommendation({ functionName: "search" })]);
    assert.deepEqual(await ask({ rollback: { functionNames: ["checkout", "unknown"] } }), {
      outcomes: [
        { functionName: "checkout", status: "applied", from: 600, to: 1_024, reason: "rollback" },
        { functionName: "unknown", status: "skipped", from: null, to: null, reason: "nothing-to-roll-back" },
      ],
      remaining: [],
    });
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600, 1_024]);
    assert.deepEqual(updater.memorySizesSetMB("search"), [600]);

    const next = recommendation({ windowStart: new Date().toISOString(), windowEnd: inMinutes(30) });
    const held = await updater.settle([next], { firstSequenceNumber: 3 });
    assert.deepEqual(
      held.decisions.map(({ reason }) => reason),
      ["held"],
    );
    await ask({ release: { functionNames: ["checkout"] } });
    const released = await updater.settle([next], { firstSequenceNumber: 4 });
    assert.deepEqual(
      released.decisions.map(({ status, to }) => [status, to]),
      [["applied", 600]],
    );
  });

  it("put all functions back to the size before the first change", async () => {
    await updater.settle([
      recommendation({ recommendedMemorySizeMB: 1_200 }),
      recommendation({ recommendedMemorySizeMB: 1_400, memorySizeMB: 1_200 }),
      recommendation({ functionName: "search" }),
    ]);
    const { outcomes } = await ask({ rollback: { all: true }, to: "original" });
    assert.deepEqual(
      outcomes.map(({ functionName, from, to }) => [functionName, from, to]),
      [
        ["checkout", 1_400, 1_024],
        ["search", 600, 1_024],
      ],
    );
    assert.equal((await updater.historyOf("search")).hold!.reason, "rolled back");
  });

  it("put a published function back by publishing it again", async () => {
    await updater.close();
    const functions = [
      {
        functionName: "checkout",
        functionArn: functionArn("checkout"),
        memorySizeMB: 1_024,
        aliasName: "live",
      },
    ];
    updater = await UpdaterFixture.start({ functions, settings: { aliasName: "live" } });
    await updater.settle([recommendation({ functionVersion: "1" })]);
    const { outcomes } = await ask({ rollback: { all: true } });
    assert.deepEqual(
      outcomes.map(({ from, to }) => [from, to]),
      [[600, 1_024]],
    );
    const fn = updater.controlPlane.functions.get("checkout")!;
    assert.equal(fn.alias("live").functionVersion, "3");
    assert.equal(fn.describe("live").MemorySize, 1_024);
  });

  it("hold a function at its size, even if it has no history yet", async () => {
    await updater.settle([recommendation()]);
    const which = { functionNames: ["checkout", "search", "unknown"] };
    const { outcomes } = await ask({ hold: which, reason: "load test" });
    assert.deepEqual(outcomes, [
      { functionName: "checkout", status: "held", from: 600, to: 600, reason: "held" },
      { functionName: "search", status: "held", from: 1_024, to: 1_024, reason: "held" },
      { functionName: "unknown", status: "skipped", from: null, to: null, reason: "no-such-function" },
    ]);
    const { hold } = await updater.historyOf("search");
    assert.deepEqual([hold!.reason, hold!.until], ["load test", undefined]);
    const held = await updater.settle([recommendation({ functionName: "search" })], {
      firstSequenceNumber: 5,
    });
    assert.deepEqual(
      held.decisions.map(({ reason }) => reason),
      ["held"],
    );
    // A second hold keeps the first one.
    const again = await ask({ hold: { functionNames: ["search"] } });
    assert.deepEqual(
      again.outcomes.map(({ status, reason }) => [status, reason]),
      [["skipped", "already-held"]],
    );
    assert.deepEqual((await updater.historyOf("search")).hold, hold);
    await assert.rejects(
      ask({ hold: which, reason: "\u001b[2J" }),
      /none of them a control character|neither/,
    );
  });

  it("keep an operator's hold when a pending change brings the updater's own", async () => {
    const at = new Date().toISOString();
    const change = {
      at,
      from: 600,
      to: 1_024,
      reason: "regression",
      windowStart: at,
      windowEnd: at,
      sequenceNumber: "7",
      revisionId: "r",
    };
    const until = inMinutes(90 * 24 * 60);
    await updater.writeHistory({
      functionName: "checkout",
      memorySizeMB: 600,
      pending: { change, hold: { since: at, reason: "it ran out of memory at 600 MB", until } },
    });
    await ask({ hold: { functionNames: ["checkout"] }, reason: "mine" });
    await updater.settle([recommendation({ windowStart: at, windowEnd: inMinutes(30) })], {
      firstSequenceNumber: 8,
    });
    const { pending, hold, changes } = await updater.historyOf("checkout");
    assert.deepEqual([pending, changes.length, hold!.reason], [undefined, 1, "mine"]);
  });

  it("leave alone a size that somebody else has set since", async () => {
    await updater.settle([recommendation()]);
    updater.controlPlane.functions.get("checkout")!.memorySizeMB = 2_048;
    const { outcomes } = await ask({ rollback: { functionNames: ["checkout"] } });
    assert.equal(outcomes[0]!.reason, "changed-elsewhere");
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
  });

  it("are refused in one sentence if they make no sense", async () => {
    await assert.rejects(
      ask({ rollback: "checkout" }),
      /the event is neither a batch of Kinesis records nor/,
    );
  });
});

/** As far ahead as `maxClockSkew` lets a window end. */
function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
