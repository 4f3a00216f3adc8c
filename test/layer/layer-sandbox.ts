/** The built layer in the emulated sandbox, for tests. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Sandbox, unpackLayer, type SandboxOptions } from "../../local/sandbox";
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

export async function startLayer(
  kinesis: Pick<FakeKinesis, "endpoint">,
  { environment, ...options }: Partial<SandboxOptions> = {},
): Promise<Sandbox> {
  return Sandbox.start({
    layerDirectory: await layerDirectory(),
    functionName: "checkout",
    memorySizeMB: 512,
    accountId: "123456789012",
    region: "eu-central-1",
    environment: { ...layerEnvironment(kinesis), ...environment },
    ...options,
  });
}
