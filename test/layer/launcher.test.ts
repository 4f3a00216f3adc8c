import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FakeKinesis } from "./fake-kinesis";
import { layerDirectory, startLayer } from "./layer-sandbox";
import { report } from "./telemetry";

describe("the launcher", () => {
  let kinesis: FakeKinesis;
  beforeEach(async () => {
    kinesis = await FakeKinesis.listen();
  });
  afterEach(() => kinesis.close());

  it("answers Lambda by itself in a runtime without node, until SHUTDOWN", async () => {
    const sandbox = await startLayer(kinesis, { environment: { PATH: "/nowhere" } });
    for (let index = 0; index < 20; index += 1) await sandbox.invoke();
    const { exitCode, killed, durationMs } = await sandbox.shutdown();
    assert.deepEqual({ exitCode, killed }, { exitCode: 0, killed: false });
    assert.ok(durationMs < 1_000, `${durationMs} ms`);
    assert.deepEqual(sandbox.log, [
      "[lambda-memory-optimizer] ERROR Standing by and sending nothing: this runtime has no node.",
    ]);
    assert.equal(kinesis.calls.length, 0);
  });

  it("keeps answering in bash when Lambda sends it INVOKE nevertheless", async () => {
    const sandbox = await startLayer(kinesis, { environment: { PATH: "/nowhere" }, invokeAll: true });
    for (let index = 0; index < 20; index += 1) await sandbox.invoke();
    const { exitCode, killed } = await sandbox.shutdown();
    assert.deepEqual({ exitCode, killed }, { exitCode: 0, killed: false });
    assert.equal(sandbox.nextLatenciesMs.length, 20);
  });

  it("has LF line ends and no carriage return, which bash would choke on", async () => {
    const text = await readFile(
      path.join(await layerDirectory(), "extensions/lambda-memory-optimizer"),
      "utf8",
    );
    assert.match(text, /^#!\/bin\/bash\n/);
    assert.doesNotMatch(text, /\r/);
  });
});

describe("standby", () => {
  const faults: Record<string, { code: string; says: string; bySignal?: boolean }> = {
    "a heap out of bounds": {
      code: "globalThis.leak = Array.from({ length: 3e6 }, () => ({}));",
      says: "the heap is larger than 64 MB",
    },
    "an uncaught exception": {
      code: 'process.once("SIGUSR2", () => { throw new Error("a bug"); });',
      says: "a bug",
      bySignal: true,
    },
    "an unhandled rejection": {
      code: 'process.once("SIGUSR2", () => { void Promise.reject(new Error("a bug")); });',
      says: "a bug",
      bySignal: true,
    },
  };
  for (const [name, { code, says, bySignal }] of Object.entries(faults)) {
    it(`is where ${name} leads, and the function lives on`, async () => {
      const kinesis = await FakeKinesis.listen();
      const directory = await mkdtemp(path.join(os.tmpdir(), "layer-with-a-bug-"));
      try {
        await cp(await layerDirectory(), directory, { recursive: true });
        await appendFile(path.join(directory, "lambda-memory-optimizer/extension.js"), `\n${code}`);
        const sandbox = await startLayer(kinesis, { layerDirectory: directory });
        for (let round = 0; sandbox.log.length === 0; round += 1) {
          await sandbox.invoke();
          await sandbox.deliver([report()]).catch(() => "the listener is closed once standby is entered");
          // The first report is on its way by then, the others are held.
          if (bySignal && round === 3) process.kill(sandbox.pids[0]!, "SIGUSR2");
        }
        for (let index = 0; index < 20; index += 1) await sandbox.invoke();
        const { exitCode, killed } = await sandbox.shutdown();
        assert.deepEqual({ exitCode, killed }, { exitCode: 0, killed: false });
        assert.ok(sandbox.log[0]!.includes(`Standing by and sending nothing: an unexpected error (${says})`));
        assert.match(sandbox.log[1] ?? "", /The telemetry of \d+ invocations was lost/);
      } finally {
        await kinesis.close();
        await rm(directory, { recursive: true });
      }
    });
  }
});
