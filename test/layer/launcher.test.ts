import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { SandboxOptions } from "../../local/sandbox";
import { FakeKinesis } from "./fake-kinesis";
import { layerDirectory, shutDownSound, startLayer } from "./layer-sandbox";
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
    const { durationMs } = await shutDownSound(sandbox);
    assert.ok(durationMs < 1_000, `${durationMs} ms`);
    assert.deepEqual(sandbox.log, [
      "[lambda-memory-optimizer] ERROR Standing by and sending nothing: this runtime has no node.",
    ]);
    assert.equal(kinesis.calls.length, 0);
  });

  it("keeps answering in bash even when Lambda sends it INVOKE", async () => {
    const sandbox = await startLayer(kinesis, { environment: { PATH: "/nowhere" }, invokeAll: true });
    for (let index = 0; index < 20; index += 1) await sandbox.invoke();
    await shutDownSound(sandbox);
    assert.equal(sandbox.nextLatenciesMs.length, 20);
  });

  it("answers Lambda by itself, registered only once, if node can't be executed", async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), "foreign-node-"));
    try {
      // The kernel sees another architecture's node like this: as an ELF file that it can't load.
      await writeFile(path.join(directory, "node"), Buffer.from("\x7fELF\0\0\0\0"), { mode: 0o755 });
      const sandbox = await startLayer(kinesis, { environment: { PATH: directory } });
      for (let index = 0; index < 5; index += 1) await sandbox.invoke();
      await shutDownSound(sandbox);
      assert.match(sandbox.log.join("\n"), /Standing by and sending nothing: this runtime has no node/);
      assert.equal(sandbox.nextLatenciesMs.length, 5, "the registration was for INVOKE, too");
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("uses one connection for the registration, the subscription and the events", async () => {
    const sandbox = await startLayer(kinesis);
    await sandbox.invoke();
    await sandbox.shutdown();
    assert.equal(sandbox.connections, 1);
  });

  const disturbed: Record<string, { options: Partial<SandboxOptions>; connections: number }> = {
    "drops the launcher's connection": { options: { dropsConnections: 1 }, connections: 2 },
    "hangs up on the launcher": { options: { hangUpOn: (call) => call === 0 }, connections: 2 },
    "hangs up on the extension as well": { options: { hangUpOn: (call) => call < 3 }, connections: 4 },
    "hangs up on the subscription": { options: { hangUpOn: (call) => call === 1 }, connections: 2 },
    "hangs up on the first /next": { options: { hangUpOn: (call) => call === 2 }, connections: 2 },
    "closes each connection after one answer": { options: { closesConnections: true }, connections: 5 },
  };
  for (const [what, { options, connections }] of Object.entries(disturbed)) {
    it(`leaves the rest to the extension when Lambda ${what}`, async () => {
      const sandbox = await startLayer(kinesis, options);
      await sandbox.invoke();
      await sandbox.deliver([report()]);
      await sandbox.invoke();
      await shutDownSound(sandbox);
      assert.deepEqual(sandbox.log, []);
      assert.equal(sandbox.connections, connections);
      assert.equal(kinesis.invocations, 1);
    });
  }

  it("runs the extension even if a package.json next to the layers makes .js files modules", async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), "opt-"));
    try {
      await cp(await layerDirectory(), directory, { recursive: true });
      await writeFile(path.join(directory, "package.json"), '{"type":"module"}');
      const sandbox = await startLayer(kinesis, { layerDirectory: directory });
      await shutDownSound(sandbox);
      assert.deepEqual(sandbox.log, []);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("has LF line endings and no carriage return, which would break bash", async () => {
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
    "a heap that is too large": {
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
    it(`follows ${name}, and the function lives on`, async () => {
      const kinesis = await FakeKinesis.listen();
      const directory = await mkdtemp(path.join(os.tmpdir(), "layer-with-a-bug-"));
      try {
        await cp(await layerDirectory(), directory, { recursive: true });
        await appendFile(path.join(directory, "lambda-memory-optimizer/extension.cjs"), `\n${code}`);
        const sandbox = await startLayer(kinesis, { layerDirectory: directory });
        for (let round = 0; sandbox.log.length === 0; round += 1) {
          await sandbox.invoke();
          await sandbox.deliver([report()]).catch(() => "the listener is closed once standby is entered");
          // By then the first report is being sent, and the others are held.
          if (bySignal && round === 3) process.kill(sandbox.pids[0]!, "SIGUSR2");
        }
        for (let index = 0; index < 20; index += 1) await sandbox.invoke();
        await shutDownSound(sandbox);
        assert.ok(sandbox.log[0]!.includes(`Standing by and sending nothing: an unexpected error (${says})`));
        assert.match(sandbox.log[1] ?? "", /The telemetry of \d+ invocations was lost/);
      } finally {
        await kinesis.close();
        await rm(directory, { recursive: true });
      }
    });
  }
});
