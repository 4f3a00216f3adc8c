import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { makeCertificate } from "../../bench/certificate";
import type { Sandbox } from "../../local/sandbox";
import { FakeKinesis } from "./fake-kinesis";
import { shutDownSound, startLayer } from "./layer-sandbox";
import { emulatedArm64Node, majorOf, nodeBinary } from "./node-binaries";
import { report } from "./telemetry";

describe("the layer over TLS", () => {
  let certificate: ReturnType<typeof makeCertificate>;
  let kinesis: FakeKinesis;
  before(() => {
    certificate = makeCertificate();
  });
  beforeEach(async () => {
    kinesis = await FakeKinesis.listen(() => "ok", certificate);
  });
  afterEach(() => kinesis.close());
  after(() => {
    rmSync(certificate.directory, { recursive: true });
  });

  /** A short life, up to the report that only SHUTDOWN sends. */
  async function live(pathOfNode: string): Promise<Sandbox> {
    const sandbox = await startLayer(kinesis, {
      environment: {
        PATH: `${pathOfNode}:/usr/bin:/bin`,
        NODE_EXTRA_CA_CERTS: certificate.certFile,
      },
    });
    await sandbox.invoke();
    await sandbox.deliver([report({ maxMemoryUsedMB: 111 })]);
    for (let index = 0; index < 20; index += 1) await sandbox.invoke();
    await kinesis.until(() => kinesis.records.length === 1);
    await sandbox.deliver([report({ maxMemoryUsedMB: 99 })]);
    return sandbox;
  }

  function assertAllArrived({ log }: Sandbox): void {
    assert.deepEqual(log, []);
    assert.deepEqual(
      kinesis.records.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB),
      [111, 99],
    );
  }

  const versions = { "nodejs20.x": "20.20.2", "nodejs22.x": "22.23.3", "nodejs24.x": "24.21.0" };
  for (const [runtime, version] of Object.entries(versions)) {
    it(`works on ${runtime}`, async () => {
      const node = await nodeBinary(version);
      assert.equal(majorOf(execFileSync(node, ["--version"], { encoding: "utf8" })), majorOf(version));
      // An unmeasured life first, because a new binary's pages must still be read from disk.
      await (await live(path.dirname(node))).shutdown();
      kinesis.records.length = 0;
      const sandbox = await live(path.dirname(node));
      await shutDownSound(sandbox);
      assertAllArrived(sandbox);
    });

    it(`works on ${runtime} for arm64, under qemu-user`, async function () {
      const directory = await emulatedArm64Node(version);
      if (directory === undefined) {
        this.skip();
        return;
      }
      try {
        const arch = execFileSync(path.join(directory, "node"), ["-p", "process.arch"], { encoding: "utf8" });
        assert.equal(arch.trim(), "arm64");
        const sandbox = await live(directory);
        // Under emulation it is too slow for time limits.
        const { exitCode, killed } = await sandbox.shutdown();
        assert.deepEqual({ exitCode, killed }, { exitCode: 0, killed: false });
        assertAllArrived(sandbox);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  it("does not harm a function whose node is older than any supported version", async function () {
    if (process.platform !== "linux" || process.arch !== "x64") this.skip();
    const sandbox = await live(path.dirname(await nodeBinary("12.22.12")));
    const { exitCode, killed } = await sandbox.shutdown();
    assert.deepEqual({ exitCode, killed }, { exitCode: 0, killed: false });
  });

  it("does not send to a server that no trusted certificate vouches for", async () => {
    const sandbox = await startLayer(kinesis);
    await sandbox.invoke();
    await sandbox.deliver([report()]);
    await shutDownSound(sandbox);
    assert.equal(kinesis.calls.length, 0);
    assert.match(
      sandbox.log.join("\n"),
      /self-signed certificate[^]*The telemetry of 1 invocations was lost/,
    );
  });
});
