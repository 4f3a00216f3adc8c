import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { makeCertificate } from "../../bench/certificate";
import { FakeKinesis } from "./fake-kinesis";
import { shutDownSound, startLayer } from "./layer-sandbox";
import { nodeBinary } from "./node-binaries";
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

  const versions = { "nodejs20.x": undefined, "nodejs22.x": "22.23.3", "nodejs24.x": "24.9.0" };
  for (const [runtime, version] of Object.entries(versions)) {
    it(`works on ${runtime}`, async () => {
      const node = version === undefined ? process.execPath : await nodeBinary(version);
      const major = Number(
        execFileSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" }),
      );
      if (version !== undefined) assert.equal(major, Number(version.split(".")[0]));
      const sandbox = await startLayer(kinesis, {
        environment: {
          PATH: `${path.dirname(node)}:/usr/bin:/bin`,
          NODE_EXTRA_CA_CERTS: certificate.certFile,
        },
      });
      await sandbox.invoke();
      await sandbox.deliver([report({ maxMemoryUsedMB: 111 })]);
      for (let index = 0; index < 20; index += 1) await sandbox.invoke();
      await kinesis.until(() => kinesis.records.length === 1);
      await sandbox.deliver([report({ maxMemoryUsedMB: 99 })]);
      await shutDownSound(sandbox);
      assert.deepEqual(sandbox.log, []);
      assert.deepEqual(
        kinesis.records.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB),
        [111, 99],
      );
    });
  }

  it("does not send to a server that nobody vouches for", async () => {
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
