/** The built layer in the emulated sandbox, for tests. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Sandbox, unpackLayer, type SandboxOptions, type ShutdownResult } from "../../local/sandbox";
import { buildLayer } from "../../scripts/build-layer";
import type { FakeKinesis } from "./fake-kinesis";

export const STREAM_ARN = "arn:aws:kinesis:eu-central-1:210987654321:stream/telemetry";

let unpacked: Promise<string> | undefined;

/** Builds and unpacks the layer, once for all tests. */
export function layerDirectory(): Promise<string> {
  return (unpacked ??= build());
}

async function build(): Promise<string> {
  const outDir = await mkdtemp(path.join(os.tmpdir(), "layer-zip-"));
  await buildLayer(outDir);
  const directory = await unpackLayer(path.join(outDir, "layer.zip"));
  process.once("exit", () => {
    for (const made of [outDir, directory]) rmSync(made, { recursive: true, force: true });
  });
  return directory;
}

export function layerEnvironment(kinesis: Pick<FakeKinesis, "endpoint">): Record<string, string> {
  return {
    LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: STREAM_ARN,
    AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

/** Starts the layer in a sandbox. By default it waits until the function's runtime would be up. */
export async function startLayer(
  kinesis: Pick<FakeKinesis, "endpoint">,
  { environment, ...options }: Partial<SandboxOptions> = {},
  { isAtRest = true }: { isAtRest?: boolean } = {},
): Promise<Sandbox> {
  const sandbox = await Sandbox.start({
    layerDirectory: await layerDirectory(),
    functionName: "checkout",
    memorySizeMB: 512,
    accountId: "123456789012",
    region: "eu-central-1",
    environment: { ...layerEnvironment(kinesis), ...environment },
    measuresOwnLatencies: true,
    ...options,
  });
  if (isAtRest) await sandbox.atRest();
  return sandbox;
}

const LIMIT_MS = 5;
/** A hypervisor may take the processor away for some milliseconds, and no figure of the kernel says when. */
const STOLEN_MS = 50;

/**
 * Sends SHUTDOWN and shows that the extension lived until then, ended within Lambda's two seconds, and kept no INVOKE
 * waiting for longer than 5 ms before it asked for the next event, or one for at most 50 ms.
 */
export async function shutDownSound(sandbox: Sandbox): Promise<ShutdownResult> {
  const result = await sandbox.shutdown();
  const { exitCode, killed, durationMs } = result;
  assert.deepEqual({ exitCode, killed }, { exitCode: 0, killed: false });
  assert.ok(durationMs < 2_000, `shutdown took ${durationMs} ms`);
  assert.equal(sandbox.ownLatenciesMs.length, sandbox.nextLatenciesMs.length, "each INVOKE was measured");
  const late = sandbox.ownLatenciesMs.filter((ms) => ms > LIMIT_MS);
  const isStolen = late.length === 1 && late[0]! <= STOLEN_MS;
  assert.ok(late.length === 0 || isStolen, `after INVOKE, /next came ${late.join(", ")} ms later`);
  return result;
}
