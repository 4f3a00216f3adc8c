/** The built bundle, in a sandbox of its own, against the emulated control plane over HTTP. */
import type { KinesisStreamBatchResponse } from "aws-lambda";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlPlane } from "../../local/control-plane";
import { UpdaterHost } from "../../local/updater-host";
import { environmentFromSettings } from "../../runtime/updater/environment";
import { buildUpdater } from "../../scripts/build-updater";
import { functionArn, kinesisEvent, recommendation, REGION } from "./recommendations";

interface Decision {
  functionName: string | null;
  status: string;
  from: number | null;
  to: number | null;
  reason: string;
  sequenceNumber: string;
}

describe("the updater", () => {
  let outDir: string;
  let controlPlane: ControlPlane;
  let host: UpdaterHost | undefined;

  before(async () => {
    outDir = await mkdtemp(join(tmpdir(), "updater-"));
    await buildUpdater(outDir);
  });
  after(() => rm(outDir, { recursive: true, force: true }));
  beforeEach(async () => {
    controlPlane = await ControlPlane.start({
      functions: ["checkout", "search"].map((functionName) => ({
        functionName,
        functionArn: functionArn(functionName),
        memorySizeMB: 1_024,
      })),
      updateDurationMs: 50,
    });
  });
  afterEach(async () => {
    await host?.close();
    await controlPlane.close();
  });

  async function settle(payloads: unknown[], settings: Record<string, string> = {}) {
    host = await UpdaterHost.start({
      bundle: join(outDir, "updater", "index.js"),
      lambdaEndpoint: controlPlane.endpoint,
      region: REGION,
      environment: environmentFromSettings(settings),
    });
    const { response, logLines } = await host.invoke<KinesisStreamBatchResponse>(kinesisEvent(payloads));
    const decisions = logLines
      .map((line) => JSON.parse(line) as Decision)
      .map(({ functionName, status, from, to, reason, sequenceNumber }) => ({
        functionName,
        status,
        from,
        to,
        reason,
        sequenceNumber,
      }));
    return { response, decisions };
  }

  it("sets the recommended size and says so", async () => {
    const { response, decisions } = await settle([recommendation()]);
    assert.deepEqual(response, { batchItemFailures: [] });
    assert.equal(controlPlane.functions.get("checkout")!.memorySizeMB, 600);
    assert.deepEqual(decisions, [
      {
        functionName: "checkout",
        status: "applied",
        from: 1_024,
        to: 600,
        reason: "window",
        sequenceNumber: "1",
      },
    ]);
  });

  it("settles one function's recommendations in order, each after the update before it", async () => {
    const { response } = await settle([
      recommendation({ recommendedMemorySizeMB: 600 }),
      recommendation({ functionName: "search", recommendedMemorySizeMB: 700 }),
      recommendation({ recommendedMemorySizeMB: 800 }),
    ]);
    assert.deepEqual(response, { batchItemFailures: [] });
    assert.deepEqual(controlPlane.functions.get("checkout")!.memorySizesSetMB, [600, 800]);
    assert.deepEqual(controlPlane.functions.get("search")!.memorySizesSetMB, [700]);
  });

  it("leaves a function alone that has the size, is gone, or whose size is out of bounds", async () => {
    const { response, decisions } = await settle(
      [
        recommendation({ recommendedMemorySizeMB: 1_024 }),
        recommendation({ functionName: "gone" }),
        recommendation({ functionName: "search", recommendedMemorySizeMB: 300 }),
      ],
      { minMemoryMB: "512" },
    );
    assert.deepEqual(response, { batchItemFailures: [] });
    assert.deepEqual(
      new Set(decisions.map(({ status, reason }) => `${status}: ${reason}`)),
      new Set(["skipped: no-change", "skipped: no-such-function", "skipped: out-of-bounds"]),
    );
    for (const fn of controlPlane.functions.values()) assert.deepEqual(fn.memorySizesSetMB, []);
  });

  it("changes nothing in recommend mode", async () => {
    const { decisions } = await settle([recommendation()], { updateMode: "recommend" });
    assert.deepEqual(
      decisions.map(({ status, to, reason }) => [status, to, reason]),
      [["skipped", 600, "recommend-mode"]],
    );
    assert.deepEqual(controlPlane.functions.get("checkout")!.memorySizesSetMB, []);
  });

  it("logs records that keep no contract and settles those around them", async () => {
    const { response, decisions } = await settle([
      "not JSON",
      { ...recommendation(), recommendedMemorySizeMB: null },
      recommendation(),
    ]);
    assert.deepEqual(response, { batchItemFailures: [] });
    assert.deepEqual(
      decisions.map(({ status, sequenceNumber }) => [status, sequenceNumber]),
      [
        ["failed", "1"],
        ["failed", "2"],
        ["applied", "3"],
      ],
    );
  });

  it("refuses to start with a setting out of its range, in one sentence", async () => {
    await assert.rejects(settle([], { minMemoryMB: "12" }), {
      message: 'minMemoryMB is "12"; it must be a whole number from 128 to 10240.',
    });
  });

  it("is built to the same bytes each time", async () => {
    const again = await mkdtemp(join(tmpdir(), "updater-again-"));
    try {
      await buildUpdater(again);
      const [one, other] = await Promise.all(
        [outDir, again].map((folder) => readFile(join(folder, "updater", "index.js"))),
      );
      assert.ok(one!.equals(other!));
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });
});
